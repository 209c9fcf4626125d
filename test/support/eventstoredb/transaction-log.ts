/** An event of the log. Positions are offsets of bytes, as EventStoreDB has them: they say nothing of how many events there are. */
export interface LogRecord {
  readonly stream: string;
  readonly revision: number;
  readonly eventId: string;
  readonly type: string;
  readonly isJson: boolean;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  readonly createdMilliseconds: number;
  /** Where what wrote it was committed. */
  readonly commit: bigint;
  /** Where it stands itself: before the commit in a transaction of an old client, the same otherwise. */
  readonly prepare: bigint;
}

export type ProposedEvent = Pick<LogRecord, 'eventId' | 'type' | 'isJson' | 'data' | 'metadata'>;

export interface LogPosition {
  readonly commit: bigint;
  readonly prepare: bigint;
}

export const comparePositions = (a: LogPosition, b: LogPosition): number => {
  if (a.commit !== b.commit) return a.commit < b.commit ? -1 : 1;
  if (a.prepare === b.prepare) return 0;
  return a.prepare < b.prepare ? -1 : 1;
};

/** What the nodes of a cluster share. */
export interface TransactionLog {
  /** All of it, in the order of `$all`. */
  readonly records: readonly LogRecord[];
  stream(name: string): readonly LogRecord[];
  /** -1 where there is no such stream. */
  lastRevision(stream: string): number;
  write(stream: string, events: readonly ProposedEvent[]): readonly LogRecord[];
  /** As an explicit transaction of an old client did: all share the position of the commit. */
  writeTransaction(stream: string, events: readonly ProposedEvent[]): readonly LogRecord[];
  /** An event of the engine's own. */
  writeSystemEvent(): void;
  /** Takes events away, which leaves a gap. */
  scavenge(isGone: (record: LogRecord) => boolean): void;
  /** Sets the log back to its first so many records, as a restored backup does. */
  restore(records: number): void;
  /** Whether something was ever written there, gone since or not: elsewhere nothing can be read. */
  isPlace(position: LogPosition): boolean;
  /** Index in `records` of the first one at or after a position. */
  indexFrom(position: LogPosition): number;
  onGrowth(listener: () => void): () => void;
}

const HEADER_BYTES = 97;
/** As all logs do, it begins with records that are no events. */
const FIRST_OFFSET = 1_024n;

export function createTransactionLog(
  options: {
    /** After so many events the engine writes one of its own; never by default. */
    readonly systemEventEvery?: number;
    /** What an earlier process has left. */
    readonly records?: readonly LogRecord[];
    /** Is given what is written, before anybody is told. */
    readonly keep?: (records: readonly LogRecord[]) => void;
  } = {},
): TransactionLog {
  let records: LogRecord[] = [];
  let streams = new Map<string, LogRecord[]>();
  /** Revisions go on where they were, also over what was scavenged. */
  let revisions = new Map<string, number>();
  const commits = new Set<bigint>();
  let offset = FIRST_OFFSET;
  let sinceSystemEvent = 0;
  const listeners = new Set<() => void>();

  const sizeOf = ({ type, data, metadata }: ProposedEvent) =>
    BigInt(HEADER_BYTES + 2 * type.length + data.length + metadata.length);

  function add(stream: string, event: ProposedEvent, place: LogPosition): LogRecord {
    const revision = (revisions.get(stream) ?? -1) + 1;
    const record = { ...event, ...place, stream, revision, createdMilliseconds: Date.now() };
    records.push(record);
    commits.add(record.commit);
    const own = streams.get(stream) ?? [];
    own.push(record);
    streams.set(stream, own);
    revisions.set(stream, revision);
    return record;
  }

  function grown(written: readonly LogRecord[]): void {
    options.keep?.(written);
    sinceSystemEvent += written.length;
    if (options.systemEventEvery !== undefined && sinceSystemEvent >= options.systemEventEvery)
      writeSystemEvent();
    for (const listener of listeners) listener();
  }

  function write(stream: string, events: readonly ProposedEvent[]): readonly LogRecord[] {
    const written = events.map((event) => {
      const place = { commit: offset, prepare: offset };
      offset += sizeOf(event);
      return add(stream, event, place);
    });
    grown(written);
    return written;
  }

  function setTo(kept: readonly LogRecord[]): void {
    records = [...kept];
    for (const { commit } of kept) commits.add(commit);
    streams = new Map(Map.groupBy(records, ({ stream }) => stream));
    revisions = new Map([...streams].map(([name, own]) => [name, own.at(-1)?.revision ?? -1]));
    const last = records.at(-1);
    offset = last ? last.commit + sizeOf(last) : FIRST_OFFSET;
  }

  function writeSystemEvent(): void {
    sinceSystemEvent = Number.NEGATIVE_INFINITY;
    const data = Buffer.from('{"proc-cpu":1}');
    const event = { eventId: crypto.randomUUID(), type: '$statsCollected', isJson: true, data };
    write('$stats-127.0.0.1:2113', [{ ...event, metadata: Buffer.alloc(0) }]);
    sinceSystemEvent = 0;
  }

  setTo(options.records ?? []);
  return {
    get records() {
      return records;
    },
    stream: (name) => streams.get(name) ?? [],
    lastRevision: (stream) => revisions.get(stream) ?? -1,
    write,
    writeTransaction(stream, events) {
      const prepares = events.map((event) => {
        const prepare = offset;
        offset += sizeOf(event);
        return { event, prepare };
      });
      const commit = offset;
      offset += BigInt(HEADER_BYTES);
      const written = prepares.map(({ event, prepare }) => add(stream, event, { commit, prepare }));
      grown(written);
      return written;
    },
    writeSystemEvent,
    scavenge(isGone) {
      records = records.filter((record) => !isGone(record));
      for (const [name, own] of streams)
        streams.set(
          name,
          own.filter((record) => !isGone(record)),
        );
    },
    restore: (count) => setTo(records.slice(0, count)),
    isPlace: ({ commit }) => commits.has(commit) && commit < offset,
    indexFrom(position) {
      let [low, high] = [0, records.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        const record = records[middle];
        if (record && comparePositions(record, position) < 0) low = middle + 1;
        else high = middle;
      }
      return low;
    },
    onGrowth(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
