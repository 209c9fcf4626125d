import type { StoredEvent } from '../../core/event.js';

/** The events of one command in a stream. */
export interface EarlierCommand {
  /** `erased` where nobody can tell any more: it went with what is personal. */
  readonly requestHash: string | undefined;
  readonly events: readonly Pick<StoredEvent, 'type' | 'position'>[];
}

/**
 * Which commands have events in a stream. Of the latest it is known which; of those before, to say that a command is new, only
 * that they were there: a stream of ten thousand changes weighs no more than some hundred of them would.
 */
export interface EarlierCommands {
  /** `forgotten` for an earlier one whose events are to be looked up, and with a chance of 1 in 10¹³ for one that was never there. */
  get(commandId: string): EarlierCommand | 'forgotten' | undefined;
  /** In the order of the stream. What somebody else has noted, who goes on from the same history, is noted once. */
  note(event: StoredEvent): void;
  /** In commands that are known with their events, some 400 bytes each. */
  weight(): number;
}

const KNOWN_WITH_EVENTS = 32;
/** A number in a set beside a command with its events. */
const FORGOTTEN_WEIGHS = 0.1;

export function createEarlierCommands(): EarlierCommands {
  /** In the order of the stream. */
  const latest = new Map<string, EarlierCommand>();
  const before = new Set<number>();

  function forgetOldest(): void {
    for (const oldest of latest.keys()) {
      if (latest.size <= KNOWN_WITH_EVENTS) return;
      latest.delete(oldest);
      before.add(numberOf(oldest));
    }
  }

  return {
    get: (commandId) => latest.get(commandId) ?? (before.has(numberOf(commandId)) ? 'forgotten' : undefined),
    note(event) {
      const { commandId } = event.metadata;
      const known = latest.get(commandId);
      if (!known && before.has(numberOf(commandId))) return;
      if (known?.events.some(({ position }) => position === event.position)) return;
      latest.set(commandId, withEvent(known, event));
      forgetOldest();
    },
    weight: () => latest.size + FORGOTTEN_WEIGHS * before.size,
  };
}

/** The same, of a stream that was read for it. */
export function earlierCommandIn(
  events: readonly StoredEvent[],
  commandId: string,
): EarlierCommand | undefined {
  return events
    .filter(({ metadata }) => metadata.commandId === commandId)
    .reduce<EarlierCommand | undefined>(withEvent, undefined);
}

function withEvent(
  known: EarlierCommand | undefined,
  { type, position, metadata }: StoredEvent,
): EarlierCommand {
  const requestHash = known ? known.requestHash : metadata.erased ? 'erased' : metadata.requestHash;
  return { requestHash, events: [...(known?.events ?? []), { type, position }] };
}

/** From the end of a UUID, which is random in all of its versions: where they are made of the time it is at their beginning. */
const numberOf = (commandId: string): number => Number.parseInt(commandId.replaceAll('-', '').slice(-13), 16);
