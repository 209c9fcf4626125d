import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readJournal } from '../../support/eventstoredb/journal.js';
import { readTopics } from '../../support/kafka-reader.js';
import type { Act } from '../crash/record.js';
import { takeRecord } from '../crash/take-record.js';
import { untakenJobs } from './check-job-topics.js';
import type { KeptEvent, SplitRecord, TopicRecord } from './check-split-record.js';
import { openJobTopics } from './job-topics.js';
import { type Stage, TOPIC_PREFIX } from './stage.js';

/** A job that lost its workers again and again waits for a minute, and the whole for its turn. */
const QUIET_DEADLINE_MS = 240_000;
const PUBLISHED_DEADLINE_MS = 60_000;

/** What there is once all has come to rest: of the log and the topics as their engines tell it. */
export async function takeSplitRecord(stage: Stage, acts: readonly Act[]): Promise<SplitRecord> {
  const jobTopics = openJobTopics(stage.brokers, TOPIC_PREFIX);
  const place = {
    ...{ url: stage.door.url, dataFolders: stage.dataFolders, query: async () => stage.query },
    ...{ mediaFolder: join(stage.bucket, 'objects/media'), quietDeadlineMs: QUIET_DEADLINE_MS },
    jobsElsewhere: async () => untakenJobs(await jobTopics.partitions()),
  };
  const record = await takeRecord(place, acts);
  const keptLog = readJournal(stage.journal)
    .filter(({ type }) => !type.startsWith('$'))
    .map(
      ({ eventId, stream, type, data }): KeptEvent => ({
        ...{ eventId, stream, type },
        data: JSON.parse(Buffer.from(data).toString('utf8')),
      }),
    );
  const jobRecords = await jobTopics.records();
  await jobTopics.close();
  const known = await stage.query<{ id: string }>('select id from pgboss.job');
  return {
    ...record,
    ...{ jobRecords, knownJobIds: new Set(known.map(({ id }) => id)) },
    ...{ keptLog, topicRecords: await recordsOf(stage, keptLog) },
    unexpectedEnds: stage.processes.unexpectedEnds,
  };
}

/** All there is, once each event has been seen, or has had the time to be published. */
async function recordsOf(stage: Stage, keptLog: readonly KeptEvent[]): Promise<TopicRecord[]> {
  const topics = ['media', 'viewer', 'recommendation'].map((name) => `${TOPIC_PREFIX}.events.${name}`);
  const { records, stop } = await readTopics({ brokers: stage.brokers, clientId: 'test' }, topics);
  const deadline = performance.now() + PUBLISHED_DEADLINE_MS;
  for (;;) {
    const seen = new Set(records.map(({ headers }) => headers.ce_id));
    if (performance.now() > deadline || keptLog.every(({ eventId }) => seen.has(eventId))) break;
    await delay(200);
  }
  await stop();
  return records.map(({ key, headers }) => ({ key, eventId: headers.ce_id ?? '' }));
}
