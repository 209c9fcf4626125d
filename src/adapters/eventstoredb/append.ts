import { setTimeout as sleep } from 'node:timers/promises';
import { type AppendExpectedRevision, NO_STREAM, WrongExpectedVersionError } from '@eventstore/db-client';
import { conflict, isPassing, MediaFlowError } from '../../core/errors.js';
import type { StoredEvent } from '../../core/event.js';
import {
  type AppendResult,
  type ExpectedRevision,
  WrongExpectedRevisionError,
} from '../../core/event-store.js';
import type { PreparedAppend } from '../../core/prepare-append.js';
import { type Connection, within } from './connection.js';
import type { Lanes } from './lanes.js';
import { isKnown, positionOf } from './position.js';
import type { Reads } from './read.js';
import { proposedEvent } from './recorded-events.js';

/** Of one attempt; the client finds a leader within it, if need be. */
const ATTEMPT_MILLISECONDS = 3_000;
const PAUSE_MILLISECONDS = { first: 50, maximum: 1_000 };
/** How far back an append without a revision looks whether it was made before. */
const LOOK_BACK_EVENTS = 500;

export interface AppendsOptions {
  readonly connection: Connection;
  readonly lanes: Lanes;
  readonly reads: Reads;
  /** How long an append outlasts an engine that is away before it fails. */
  readonly giveUpAfterMilliseconds: number;
}

export interface Appended {
  readonly result: AppendResult;
  /** It was there before, as far as the engine lets one see that: of what it remembers, its answer is that of a new append. */
  readonly isRepeat: boolean;
}

/** Revision of the last event before the append, -1 for none. */
type Revision = number;

/** `somewhere`: it is stored, and the engine has not told where. */
type Outcome = { readonly result: AppendResult } | { readonly actual: Revision } | 'somewhere';

/**
 * Appends at a revision, always: there the engine sees a repeat, however old. What became of an attempt that broke off is read
 * back, since it may have been carried out.
 */
export function createAppends({ connection, lanes, reads, giveUpAfterMilliseconds }: AppendsOptions) {
  async function attempt({ stream, events }: PreparedAppend, expected: Revision): Promise<Outcome> {
    const expectedRevision: AppendExpectedRevision = expected < 0 ? NO_STREAM : BigInt(expected);
    const options = { expectedRevision, requiresLeader: true, deadline: ATTEMPT_MILLISECONDS };
    return lanes.run(() =>
      connection.call(async (client) => {
        try {
          const appending = client.appendToStream(stream, events.map(proposedEvent), options);
          const { position, nextExpectedRevision } = await within(ATTEMPT_MILLISECONDS, appending);
          const revision = Number(nextExpectedRevision);
          // Of a repeat a server may tell neither, or not those of its last event.
          const isExact = isKnown(position) && revision === expected + events.length;
          return isExact ? { result: { position: positionOf(position), revision } } : 'somewhere';
        } catch (error) {
          if (!(error instanceof WrongExpectedVersionError)) throw error;
          return { actual: error.actualVersion === NO_STREAM ? -1 : Number(error.actualVersion) };
        }
      }),
    );
  }

  /** The result, if the events are where they would be. */
  async function readBack(
    { stream, eventIds }: PreparedAppend,
    expected: Revision,
  ): Promise<AppendResult | undefined> {
    const range = { fromRevision: expected + 1, limit: eventIds.length };
    return resultIfSame(eventIds, await reads.stream(stream, range));
  }

  async function appendOnce(append: PreparedAppend, expected: Revision): Promise<Appended> {
    const { stream, expectedRevision } = append;
    const outcome = await attempt(append, expected);
    if (outcome !== 'somewhere' && 'result' in outcome) return { result: outcome.result, isRepeat: false };
    // A conflict may be the trace of this very append, made before.
    const isThere = outcome === 'somewhere' || outcome.actual > expected;
    const found = isThere ? await readBack(append, expected) : undefined;
    if (found) return { result: found, isRepeat: true };
    if (outcome !== 'somewhere')
      throw new WrongExpectedRevisionError(stream, expectedRevision, outcome.actual);
    const message = 'The event store says that it has events which it does not have';
    throw new MediaFlowError('internal', 'event_store_failed', message, { stream });
  }

  async function appendAt(append: PreparedAppend, expected: Revision): Promise<Appended> {
    const giveUpAt = performance.now() + giveUpAfterMilliseconds;
    let isUnknown = false;
    for (let pause = PAUSE_MILLISECONDS.first; ; pause = Math.min(2 * pause, PAUSE_MILLISECONDS.maximum)) {
      try {
        const found = isUnknown ? await readBack(append, expected) : undefined;
        if (found) return { result: found, isRepeat: false };
        const appended = await appendOnce(append, expected);
        // What is there may be of an attempt of ours that broke off.
        return isUnknown ? { ...appended, isRepeat: false } : appended;
      } catch (error) {
        if (!isPassing(error) || performance.now() + pause > giveUpAt) throw error;
        isUnknown = true;
        await sleep(pause);
      }
    }
  }

  /** Where the stream is, unless the append was made before; the revision is then expected. */
  async function appendAtEnd(append: PreparedAppend): Promise<Appended> {
    const { stream, eventIds, expectedRevision } = append;
    for (;;) {
      const newestFirst = await reads.endOfStream(stream, LOOK_BACK_EVENTS + eventIds.length);
      const earlier = repetitionIn(append, newestFirst.toReversed());
      if (earlier) return { result: earlier, isRepeat: true };
      const actual = newestFirst[0]?.revision ?? -1;
      if (expectedRevision === 'stream-exists' && actual < 0)
        throw new WrongExpectedRevisionError(stream, expectedRevision, actual);
      try {
        return await appendAt(append, actual);
      } catch (error) {
        if (!(error instanceof WrongExpectedRevisionError)) throw error;
      }
    }
  }

  return {
    appendAtEnd,
    appendAt: (append: PreparedAppend) => appendAt(append, revisionOf(append.expectedRevision)),
  };
}

const revisionOf = (expected: ExpectedRevision): Revision => (typeof expected === 'number' ? expected : -1);

function resultIfSame(eventIds: readonly string[], found: readonly StoredEvent[]): AppendResult | undefined {
  const last = found.at(-1);
  const isSame = found.length === eventIds.length && found.every(({ eventId }, n) => eventId === eventIds[n]);
  return isSame && last ? { position: last.position, revision: last.revision } : undefined;
}

function repetitionIn(append: PreparedAppend, events: readonly StoredEvent[]): AppendResult | undefined {
  const first = events.findIndex(({ eventId }) => append.eventIds.includes(eventId));
  if (first < 0) return undefined;
  const same = resultIfSame(append.eventIds, events.slice(first, first + append.eventIds.length));
  if (same) return same;
  throw conflict(
    'event_id_reused',
    `Stream ${append.stream} cannot take an event id that another append has used`,
    {
      stream: append.stream,
      eventId: events[first]?.eventId ?? null,
    },
  );
}
