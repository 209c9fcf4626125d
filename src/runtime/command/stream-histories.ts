import type { Aggregate } from '../../core/aggregate.js';
import type { RecordedEvent, StoredEvent } from '../../core/event.js';
import type { EventStore } from '../../core/event-store.js';
import { createExpiringMap } from '../../core/expiring-map.js';
import {
  createEarlierCommands,
  type EarlierCommand,
  type EarlierCommands,
  earlierCommandIn,
} from './earlier-commands.js';

/** What a command needs of all that happened in its stream before. */
export interface StreamHistory {
  /** The aggregate's; its initial one where decisions need none. */
  readonly state: unknown;
  /** Undefined where there is no stream yet. */
  readonly last: Pick<StoredEvent, 'eventId' | 'revision' | 'position'> | undefined;
  /**
   * One for all histories that go on from one another, since copying it would cost more than the rest of a command. It may know
   * of more than `last` by the time it is asked, but of nothing that is not in the stream.
   */
  readonly commands: EarlierCommands;
}

export interface StreamHistories {
  /** Of everything in the stream at this moment. Throws what the store and `decode` throw. */
  read(stream: string, aggregate: Aggregate): Promise<StreamHistory>;
  /** What a command has caused before; reads the stream where it was so long ago that only its being there is remembered. */
  earlier(stream: string, history: StreamHistory, commandId: string): Promise<EarlierCommand | undefined>;
}

const REMEMBERED = {
  /** In commands of all streams together that are known with their events, some 400 bytes each: 20 MB at most. */
  capacity: 50_000,
  /** Short, so that nothing erased stays in memory for long. */
  lifetimeMilliseconds: 30_000,
  /** A history without its commands weighs about as much as twenty of them. */
  weigh: ({ commands }: StreamHistory) => 20 + commands.weight(),
};

/**
 * Reads streams, those that had a command lately only from where they were then. What was read before cannot have changed,
 * but a store set back to a backup can have lost it, and then all is read again.
 */
export function createStreamHistories(options: {
  readonly store: Pick<EventStore, 'readStream' | 'readStreamAfter'>;
  readonly decode: (stored: StoredEvent) => RecordedEvent;
  readonly nowMilliseconds?: () => number;
}): StreamHistories {
  const { store, decode, nowMilliseconds = () => performance.now() } = options;
  const remembered = createExpiringMap<string, StreamHistory>({ ...REMEMBERED, nowMilliseconds });

  async function readOn(stream: string, aggregate: Aggregate): Promise<StreamHistory | undefined> {
    const before = remembered.get(stream);
    if (!before?.last) return undefined;
    const news = await store.readStreamAfter(stream, before.last);
    return news && after(before, news, aggregate, decode);
  }

  async function readWhole(stream: string, aggregate: Aggregate): Promise<StreamHistory> {
    const nothing = {
      state: aggregate.decider.initialState,
      last: undefined,
      commands: createEarlierCommands(),
    };
    return after(nothing, await store.readStream(stream), aggregate, decode);
  }

  return {
    async read(stream, aggregate) {
      const history = (await readOn(stream, aggregate)) ?? (await readWhole(stream, aggregate));
      remembered.set(stream, history);
      return history;
    },

    async earlier(stream, { commands }, commandId) {
      const known = commands.get(commandId);
      return known === 'forgotten' ? earlierCommandIn(await store.readStream(stream), commandId) : known;
    },
  };
}

function after(
  before: StreamHistory,
  events: readonly StoredEvent[],
  { needsState, decider }: Aggregate,
  decode: (stored: StoredEvent) => RecordedEvent,
): StreamHistory {
  const last = events.at(-1);
  if (!last) return before;
  const state = needsState
    ? events.reduce((known, event) => decider.evolve(known, decode(event)), before.state)
    : before.state;
  for (const event of events) before.commands.note(event);
  const { eventId, revision, position } = last;
  return { state, last: { eventId, revision, position }, commands: before.commands };
}
