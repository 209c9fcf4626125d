/** A partition of jobs, as its broker tells of it. */
export interface JobTopicPartition {
  readonly topic: string;
  readonly partition: number;
  readonly firstOffset: number;
  readonly endOffset: number;
  /** How far those who take jobs out of it have told that they are; -1 when they never have. */
  readonly committedOffset: number;
}

/** A job as it lies in its partition. */
export interface JobRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly id: string;
}

/** What nobody has taken out yet, a sentence each partition. Pure. */
export const untakenJobs = (partitions: readonly JobTopicPartition[]): string[] =>
  partitions.flatMap(({ topic, partition, firstOffset, endOffset, committedOffset }) => {
    const from = Math.max(firstOffset, committedOffset);
    return endOffset > from
      ? [`${endOffset - from} jobs of ${topic} ${partition} from offset ${from} on, in Kafka`]
      : [];
  });

/** Jobs that were passed over: the group is beyond them, and no queue has ever known them. Pure. */
export const lostJobs = (records: readonly JobRecord[], knownIds: ReadonlySet<string>): string[] =>
  records
    .filter(({ id }) => !knownIds.has(id))
    .map(({ topic, offset, key, id }) => `lost: job ${id} of ${key}, at ${offset} of ${topic}`);
