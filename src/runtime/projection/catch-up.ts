import { isPassing, messageOf } from '../../core/errors.js';
import type { StoredEvent } from '../../core/event.js';
import type { EventStore } from '../../core/event-store.js';
import { isAfter, type Position } from '../../core/position.js';
import type {
  AdvanceListener,
  AnyProjection,
  ObservePage,
  ProjectionFailure,
  ProjectionStore,
} from '../../core/projection-store.js';
import { storableMessage } from '../../core/storable-text.js';
import type { Clock } from '../clock.js';
import { type Decode, decodeOnce, eventTypesOf, projectEvents } from './project-events.js';

export interface CatchUpOptions {
  readonly store: Pick<EventStore, 'readAll'>;
  readonly projectionStore: ProjectionStore;
  readonly decode: Decode;
  readonly clock: Clock;
  readonly onAdvanced: AdvanceListener;
  readonly observePage: ObservePage;
  readonly batchEvents: number;
}

/** The projection stands elsewhere than this process believed: load its checkpoint again. */
export class CheckpointMovedError extends Error {
  override readonly name = 'CheckpointMovedError';
}

/** An event that the projection cannot get past. */
export class PoisonEventError extends Error {
  override readonly name = 'PoisonEventError';

  constructor(
    readonly event: StoredEvent,
    override readonly cause: unknown,
  ) {
    super(messageOf(cause), { cause });
  }
}

export interface CatchUpStep {
  readonly position: Position;
  /** Whether the log may hold more for now. */
  readonly more: boolean;
}

/** Takes one projection a batch further. Throws {@link PoisonEventError}, {@link CheckpointMovedError}, `unavailable`. */
export async function catchUp(
  options: CatchUpOptions,
  projection: AnyProjection,
  position: Position,
): Promise<CatchUpStep> {
  const page = await options.store.readAll({
    after: position,
    filter: { types: eventTypesOf([projection]) },
    limit: options.batchEvents,
  });
  if (!isAfter(page.position, position)) return { position, more: false };
  const more = page.events.length >= options.batchEvents;
  const decode = decodeOnce(options.decode);
  try {
    await move(options, projection, page.events, position, page.position, decode);
  } catch (error) {
    if (error instanceof CheckpointMovedError || isPassing(error)) throw error;
    await oneByOne(options, projection, page.events, position, decode);
    return { position: page.events.at(-1)?.position ?? position, more: true };
  }
  return { position: page.position, more };
}

async function move(
  { projectionStore, onAdvanced, observePage }: CatchUpOptions,
  projection: AnyProjection,
  events: readonly StoredEvent[],
  from: Position,
  to: Position,
  decode: Decode,
): Promise<void> {
  const { name, version } = projection;
  const moving = observePage(events);
  const changes = projectEvents(projection, events, from, decode);
  const moved = await projectionStore.advance([{ name, version, from, changes }], to, { catchingUp: true });
  if (!moved.has(name)) throw new CheckpointMovedError(name);
  onAdvanced([name], to);
  moving([{ projection, from }]);
}

/** Finds the event that spoils a batch, with all before it applied. */
async function oneByOne(
  options: CatchUpOptions,
  projection: AnyProjection,
  events: readonly StoredEvent[],
  from: Position,
  decode: Decode,
): Promise<void> {
  let position = from;
  for (const event of events) {
    try {
      await move(options, projection, [event], position, event.position, decode);
    } catch (error) {
      if (error instanceof CheckpointMovedError || isPassing(error)) throw error;
      throw new PoisonEventError(event, error);
    }
    position = event.position;
  }
}

export const failureOf = (
  { event, cause }: PoisonEventError,
  attempts: number,
  clock: Clock,
): ProjectionFailure => ({
  eventId: event.eventId,
  eventType: event.type,
  position: event.position,
  message: storableMessage(cause),
  failedAt: clock.now(),
  attempts,
});
