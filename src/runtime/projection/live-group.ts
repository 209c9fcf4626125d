import { isPassing, messageOf } from '../../core/errors.js';
import type { AllPage } from '../../core/event-store.js';
import type { Logger } from '../../core/logger.js';
import { isAfter, type Position } from '../../core/position.js';
import type {
  AdvanceListener,
  AnyProjection,
  MovedProjection,
  ObservePage,
  ProjectionAdvance,
  ProjectionStore,
} from '../../core/projection-store.js';
import type { Clock } from '../clock.js';
import type { Trouble } from '../trouble.js';
import { type Decode, decodeOnce, projectEvents } from './project-events.js';

interface ObservedPage extends AllPage {
  readonly moved: ReturnType<ObservePage>;
}

interface Member {
  readonly projection: AnyProjection;
  position: Position;
}

export interface LiveGroupOptions {
  readonly projectionStore: ProjectionStore;
  readonly decode: Decode;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly trouble: Trouble;
  readonly signal: AbortSignal;
  readonly onAdvanced: AdvanceListener;
  readonly observePage: ObservePage;
  readonly retryInSeconds: (failures: number) => number;
  /** Called when a projection cannot go along with the others and has left the group. */
  readonly onLeft: (projection: AnyProjection) => void;
}

/** The projections that stand at the same place of the log and are fed by one read of it. */
export interface LiveGroup {
  /** Everything up to here has been taken up: whoever joins must have passed it. */
  readonly position: Position;
  join(projection: AnyProjection, position: Position): void;
  /** Applies a page to all members; waits out trouble that passes, until the signal fires. */
  apply(page: AllPage, full: boolean): Promise<void>;
  /** Has members leave whose stored checkpoint is not what they believe. Throws what the store throws. */
  verify(): Promise<void>;
}

export function createLiveGroup(start: Position, options: LiveGroupOptions): LiveGroup {
  const { projectionStore, clock, logger, trouble, signal } = options;
  const members = new Map<string, Member>();
  let position = start;

  function leave({ projection }: Member, reason: string): void {
    members.delete(projection.name);
    logger.debug({ projection: projection.name, reason }, 'Projection goes on by itself');
    options.onLeft(projection);
  }

  /** The shares of members that can say what the page does to them; the others leave. */
  function sharesOf(behind: readonly Member[], page: AllPage, decode: Decode): ProjectionAdvance[] {
    return behind.flatMap((member) => {
      const { projection, position: from } = member;
      try {
        const changes = projectEvents(projection, page.events, from, decode);
        return [{ name: projection.name, version: projection.version, from, changes }];
      } catch (error) {
        leave(member, messageOf(error));
        return [];
      }
    });
  }

  async function write(shares: readonly ProjectionAdvance[], page: ObservedPage, catchingUp: boolean) {
    const moved = await projectionStore.advance(shares, page.position, { catchingUp });
    const told: MovedProjection[] = [];
    for (const name of moved) {
      const member = members.get(name);
      if (!member) continue;
      told.push({ projection: member.projection, from: member.position });
      member.position = page.position;
    }
    if (moved.size === 0) return;
    options.onAdvanced([...moved], page.position);
    page.moved(told);
  }

  /** One share spoils the transaction of all: written alone, only the guilty one fails. */
  async function writeOneByOne(
    shares: readonly ProjectionAdvance[],
    page: ObservedPage,
    catchingUp: boolean,
  ) {
    for (const share of shares) {
      try {
        await write([share], page, catchingUp);
      } catch (error) {
        if (isPassing(error)) throw error;
        const member = members.get(share.name);
        if (member) leave(member, messageOf(error));
      }
    }
  }

  async function reload(behind: readonly Member[]): Promise<void> {
    if (behind.length === 0) return;
    const checkpoints = await projectionStore.load(behind.map(({ projection }) => projection));
    for (const member of behind) {
      const { name, version } = member.projection;
      const checkpoint = checkpoints.find((candidate) => candidate.name === name);
      if (checkpoint?.version !== version) leave(member, 'its version has changed');
      // Farther back than the page begins, the page does not hold all it needs.
      else if (isAfter(member.position, checkpoint.position)) leave(member, 'its checkpoint went back');
      else member.position = checkpoint.position;
    }
  }

  return {
    get position() {
      return position;
    },

    join(projection, at) {
      if (isAfter(position, at)) throw new Error(`${projection.name} would miss events`);
      members.set(projection.name, { projection, position: at });
    },

    verify: () => reload([...members.values()]),

    async apply(read, full) {
      const page = { ...read, moved: options.observePage(read.events) };
      position = page.position;
      const decode = decodeOnce(options.decode);
      const taking = [...members.values()];
      const isBehind = (member: Member) =>
        members.get(member.projection.name) === member && isAfter(page.position, member.position);
      for (let failures = 0; !signal.aborted; ) {
        try {
          if (failures > 0) await reload(taking.filter(isBehind));
          const behind = taking.filter(isBehind);
          if (behind.length === 0) return;
          const shares = sharesOf(behind, page, decode);
          await write(shares, page, full).catch((error: unknown) => {
            if (isPassing(error)) throw error;
            return writeOneByOne(shares, page, full);
          });
          trouble.succeeded();
          // Whoever has not moved now was moved by another process.
          failures = Math.max(failures, 1);
        } catch (error) {
          failures++;
          trouble.failed(error, 'Projections wait for their database', { failures });
          await clock.sleep(options.retryInSeconds(failures), signal);
        }
      }
    },
  };
}
