import type { LogPosition, LogRecord, ProposedEvent, TransactionLog } from './transaction-log.js';

export type ExpectedVersion = number | 'any' | 'no-stream' | 'stream-exists';

export type AppendOutcome =
  | { readonly kind: 'written'; readonly lastRevision: number; readonly position: LogPosition }
  /** Known again; where it stands is told only by a server that has it in its cache. */
  | { readonly kind: 'repeated'; readonly lastRevision: number; readonly position: LogPosition | undefined }
  | { readonly kind: 'wrong-version'; readonly currentRevision: number };

/** The events written last, by their ids: what a server knows of repeats when it is not told where to look. */
export interface IdempotencyCache {
  find(eventId: string): LogRecord | undefined;
  remember(records: readonly LogRecord[]): void;
  forget(): void;
}

export function createIdempotencyCache(capacity: number): IdempotencyCache {
  const known = new Map<string, LogRecord>();
  return {
    find: (eventId) => known.get(eventId),
    remember(records) {
      for (const record of records) known.set(record.eventId, record);
      for (const oldest of known.keys()) {
        if (known.size <= capacity) break;
        known.delete(oldest);
      }
    },
    forget: () => known.clear(),
  };
}

/**
 * What EventStoreDB does with an append, after its `IndexWriter.CheckCommit`: without a revision it knows repeats by its cache
 * only; with one it looks where the events would be. What is known in part is a wrong version.
 */
export function decideAppend(
  log: TransactionLog,
  cache: IdempotencyCache,
  append: {
    readonly stream: string;
    readonly events: readonly ProposedEvent[];
    readonly expected: ExpectedVersion;
  },
): AppendOutcome {
  const { stream, events, expected } = append;
  const currentRevision = log.lastRevision(stream);
  const refused: AppendOutcome = { kind: 'wrong-version', currentRevision };

  if (expected === 'any' || expected === 'stream-exists') {
    const known = events.map(({ eventId }) => {
      const record = cache.find(eventId);
      return record?.stream === stream ? record : undefined;
    });
    if (known[0]) return known.every(Boolean) ? repeated(known.at(-1), true) : refused;
    if (expected === 'stream-exists' && currentRevision < 0) return refused;
    return written();
  }

  const before = expected === 'no-stream' ? -1 : expected;
  if (before > currentRevision) return refused;
  if (before === currentRevision) return written();
  const inPlace = events.map(({ eventId }, index) => {
    const record = log.stream(stream).find(({ revision }) => revision === before + 1 + index);
    return record?.eventId === eventId ? record : undefined;
  });
  if (!inPlace.every(Boolean)) return refused;
  return repeated(inPlace.at(-1), cache.find(events.at(-1)?.eventId ?? '') !== undefined);

  function written(): AppendOutcome {
    const records = log.write(stream, events);
    cache.remember(records);
    const last = records.at(-1);
    if (!last) return { kind: 'repeated', lastRevision: currentRevision, position: undefined };
    return { kind: 'written', lastRevision: last.revision, position: last };
  }

  function repeated(last: LogRecord | undefined, isCached: boolean): AppendOutcome {
    return {
      kind: 'repeated',
      lastRevision: last?.revision ?? currentRevision,
      position: isCached ? last : undefined,
    };
  }
}
