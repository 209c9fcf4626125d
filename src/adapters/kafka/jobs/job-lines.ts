import type { BacklogJob, BacklogPartition, BacklogPosition } from '../../../core/job-admission.js';

/** A record that was read and is not admitted yet. */
export interface WaitingRecord {
  readonly offset: number;
  /** See `SentJob`. */
  readonly sentAt: number;
  /** Undefined where it is none: it is passed over. */
  readonly job: BacklogJob | undefined;
}

/** What was read ahead from partitions, in their order. */
export interface JobLines {
  put(partition: BacklogPartition, records: readonly WaitingRecord[]): void;
  length(partition: BacklogPartition): number;
  isEmpty(): boolean;
  /** Those that go next, in the order in which they were sent, each partition in its own; they stay until they are dropped. */
  next(room: { readonly short: number; readonly long: number }): {
    readonly jobs: readonly BacklogJob[];
    readonly reached: readonly BacklogPosition[];
  };
  drop(reached: readonly BacklogPosition[]): void;
  clear(): void;
}

interface Line extends BacklogPartition {
  records: readonly WaitingRecord[];
}

export function createJobLines(isOfLong: (topic: string) => boolean): JobLines {
  const lines = new Map<string, Line>();
  const nameOf = ({ topic, partition }: BacklogPartition) => `${topic}:${partition}`;
  const lineOf = (place: BacklogPartition): Line => {
    const line = lines.get(nameOf(place)) ?? { topic: place.topic, partition: place.partition, records: [] };
    lines.set(nameOf(place), line);
    return line;
  };

  return {
    put({ topic, partition }, records) {
      const line = lineOf({ topic, partition });
      line.records = [...line.records, ...records];
    },
    length: (place) => lines.get(nameOf(place))?.records.length ?? 0,
    isEmpty: () => [...lines.values()].every(({ records }) => records.length === 0),

    next(room) {
      const left = { ...room };
      const jobs: BacklogJob[] = [];
      const heads = [...lines.values()].map((line) => ({
        ...line,
        isLong: isOfLong(line.topic),
        taken: 0,
      }));
      for (;;) {
        const going = heads.flatMap((head) => {
          const record = head.records[head.taken];
          const mayGo = record && (!record.job || left[head.isLong ? 'long' : 'short'] > 0);
          return mayGo ? [{ head, record }] : [];
        });
        if (going.length === 0) break;
        const first = going.reduce((one, other) => (other.record.sentAt < one.record.sentAt ? other : one));
        first.head.taken++;
        if (!first.record.job) continue;
        left[first.head.isLong ? 'long' : 'short']--;
        jobs.push(first.record.job);
      }
      const reached = heads.flatMap(({ topic, partition, records, taken }) => {
        const last = records[taken - 1];
        return last ? [{ topic, partition, nextOffset: last.offset + 1 }] : [];
      });
      return { jobs, reached };
    },

    drop(reached) {
      for (const place of reached) {
        const line = lineOf(place);
        line.records = line.records.filter(({ offset }) => offset >= place.nextOffset);
      }
    },
    clear: () => lines.clear(),
  };
}
