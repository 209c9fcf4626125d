import { faultsOfAnyLog } from '../crash/check-record.js';
import type { Act, CrashRecord } from '../crash/record.js';
import { type JobRecord, lostJobs } from './check-job-topics.js';

/** An event as the store itself keeps it. */
export interface KeptEvent {
  readonly eventId: string;
  readonly stream: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A record of a topic, in the order in which it lies in its partition. */
export interface TopicRecord {
  readonly key: string;
  readonly eventId: string;
}

export interface SplitRecord extends CrashRecord {
  /** The store's own log, in its order, past everything of ours. */
  readonly keptLog: readonly KeptEvent[];
  readonly topicRecords: readonly TopicRecord[];
  /** What lies in the topics of jobs, and the ids of all jobs that the queue knows, in whatever state. */
  readonly jobRecords: readonly JobRecord[];
  readonly knownJobIds: ReadonlySet<string>;
  /** Processes that ended by themselves, a sentence each. */
  readonly unexpectedEnds: readonly string[];
}

/** A sentence each about what is not as it should be. Pure. */
export const faultsOfSplit = (record: SplitRecord): string[] => [
  ...faultsOfAnyLog(record),
  ...checkFeed(record),
  ...checkTopics(record),
  ...lostJobs(record.jobRecords, record.knownJobIds),
  ...record.acts.flatMap((act) => checkEnd(act, record.keptLog)),
  ...record.unexpectedEnds,
];

/** What we tell of the log is the log. */
export function checkFeed({ keptLog, events }: Pick<SplitRecord, 'keptLog' | 'events'>): string[] {
  const index = keptLog.findIndex((kept, at) => kept.eventId !== events[at]?.eventId);
  if (index >= 0) return [`feed: ${events[index]?.eventId} where ${keptLog[index]?.eventId} is due`];
  return events.length > keptLog.length ? [`feed: ${events.length - keptLog.length} more than the log`] : [];
}

/** Each event is there at least once, and what is there for the first time follows the order of its key. */
export function checkTopics({
  keptLog,
  topicRecords,
}: Pick<SplitRecord, 'keptLog' | 'topicRecords'>): string[] {
  const published = Map.groupBy(topicRecords, ({ key }) => key);
  const faults: string[] = [];
  for (const [stream, kept] of Map.groupBy(keptLog, (event) => event.stream)) {
    const firsts = [...new Set((published.get(stream) ?? []).map(({ eventId }) => eventId))];
    published.delete(stream);
    const index = kept.findIndex(({ eventId }, at) => eventId !== firsts[at]);
    const due = kept[index];
    if (due)
      faults.push(
        firsts.includes(due.eventId)
          ? `topics: ${due.type} of ${stream} out of order`
          : `topics: ${due.type} of ${stream} is missing`,
      );
    else if (firsts.length > kept.length) faults.push(`topics: more of ${stream} than the log has`);
  }
  for (const stream of published.keys()) faults.push(`topics: ${stream}, of which the log knows nothing`);
  return faults;
}

/** Whatever was acknowledged ends where a person can see it, or was taken away by one. */
export function checkEnd(act: Act, keptLog: readonly KeptEvent[]): string[] {
  if (act.kind !== 'upload' || act.mediaId === null || !act.isMedia) return [];
  const history = keptLog.filter(({ stream }) => stream === `media-${act.mediaId}`);
  const isThere = (type: string, data: Readonly<Record<string, unknown>> = {}) =>
    history.some(
      (event) =>
        event.type === type && Object.entries(data).every(([name, value]) => event.data[name] === value),
    );
  const isEnded =
    isThere('MediaPublished') ||
    isThere('ModerationDecided', { outcome: 'in_review' }) ||
    isThere('MediaReviewed', { decision: 'reject' }) ||
    isThere('MediaDeleted');
  return isEnded
    ? []
    : [`lost: upload "${act.title}" (${act.mediaId}) ended neither published nor in review`];
}
