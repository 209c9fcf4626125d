import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findEmbeddedPostgres } from '../../../src/adapters/embedded-postgres/start-embedded-postgres.js';
import { jobPayloads } from '../../../src/domain/jobs.js';
import { getJson, type Item, isSettled } from '../support/client.js';
import { type Query, queryOn } from '../support/external-database.js';
import { viewsUnlikeRebuilt } from '../support/rebuilt-views.js';
import { untilAnswered } from '../support/until-answered.js';
import type { Act, CrashRecord, LogEvent } from './record.js';

/** Longer than leases, backoffs and time limits of what was killed take together. */
const QUIET_DEADLINE_MS = 120_000;

export interface Place {
  readonly url: string;
  /** A process works in each. */
  readonly dataFolders: readonly string[];
  /** Where the files of items are stored: one folder an item. */
  readonly mediaFolder: string;
  /** How the database is reached at this moment. */
  query(): Promise<Query>;
  readonly quietDeadlineMs?: number;
  /** Jobs that are not in the database yet. */
  jobsElsewhere?(): Promise<readonly string[]>;
}

/** All of it in one data folder. */
export const placeIn = (url: string, dataFolder: string): Place => ({
  ...{ url, dataFolders: [dataFolder], mediaFolder: join(dataFolder, 'blobs/objects/media') },
  query: async () => queryOn((await findEmbeddedPostgres(dataFolder)) ?? ''),
});

/** What there is once all has come to rest, or has had the time to. */
export async function takeRecord(place: Place, acts: readonly Act[]): Promise<CrashRecord> {
  const { url } = place;
  const look = async () => {
    const query = await place.query();
    const events = await wholeLog(url);
    const waiting = [
      // In the order in which jobs come by, so that none is missed on its way.
      ...(await leftOverOf(query)),
      ...((await place.jobsElsewhere?.()) ?? []),
      ...(await jobsOf(query)),
      ...place.dataFolders.flatMap(filesOfWork),
    ];
    return { query, events, items: await itemsOf(url, events), waiting };
  };
  const deadline = performance.now() + (place.quietDeadlineMs ?? QUIET_DEADLINE_MS);
  let seen = await untilAnswered(look, 60);
  while (!isQuiet(seen) && performance.now() < deadline) {
    await delay(200);
    seen = await untilAnswered(look, 60);
  }
  // The log was read first: what it lacked of what the rest already showed is there now.
  seen = await untilAnswered(look, 60);
  const differences = await viewsUnlikeRebuilt(url, seen.query);
  return {
    acts,
    events: seen.events,
    items: seen.items,
    viewsUnlikeRebuilt: differences,
    leftOver: [...seen.waiting, ...(await unsettledOf(seen))],
    storage: await storageComplaints(url),
    storedMediaIds: storedMediaIds(place.mediaFolder),
  };
}

const isQuiet = ({
  items,
  events,
  waiting,
}: { items: CrashRecord['items'] } & { events: readonly LogEvent[]; waiting: readonly string[] }) =>
  // A dead letter lies there until somebody replays it.
  waiting.every((what) => what.startsWith('dead letter ')) &&
  Object.entries(items).every(([mediaId, item]) =>
    item
      ? isSettled(item)
      : events.some(({ type, data }) => type === 'MediaPurged' && data.mediaId === mediaId),
  );

async function wholeLog(url: string): Promise<LogEvent[]> {
  const events: LogEvent[] = [];
  for (let after = ''; ; ) {
    const page = await getJson<{ items: LogEvent[]; next: string }>(
      `${url}/v1/events?limit=1000&after=${after}`,
    );
    events.push(...page.items);
    if (page.items.length === 0) return events;
    after = page.next;
  }
}

async function itemsOf(url: string, events: readonly LogEvent[]): Promise<Record<string, Item | null>> {
  const after = events.at(-1)?.position;
  const items: Record<string, Item | null> = {};
  for (const { type, data } of events) {
    if (type !== 'MediaRegistered') continue;
    const response = await fetch(`${url}/v1/media/${data.mediaId}`, {
      headers: after === undefined ? {} : { 'mediaflow-after': after },
    });
    const text = await response.text();
    if (!response.ok && response.status !== 404) throw new Error(`${response.status} ${text}`);
    const item = response.ok ? (JSON.parse(text) as Item) : null;
    items[String(data.mediaId)] = item?.status === 'deleted' ? null : item;
  }
  return items;
}

async function leftOverOf(query: Query): Promise<string[]> {
  const rows = await query<{ what: string }>(
    `select 'output of saga ' || o::text as what from saga_outbox o
     union all select 'parked input of saga ' || p::text from saga_parked_inputs p
     union all select 'dead letter ' || d::text from dead_letters d
     union all select 'transfer ' || id || ' is ' || state from uploads where state in ('open', 'closing')`,
  );
  return rows.map(({ what }) => what);
}

async function jobsOf(query: Query): Promise<string[]> {
  const rows = await query<{ what: string }>(
    `select 'job ' || name || ' ' || id || ' is ' || state as what from pgboss.job
     where state < 'completed' and name = any($1)`,
    [Object.keys(jobPayloads)],
  );
  return rows.map(({ what }) => what);
}

/** What is known of items that something is still to happen to, for whoever has to find out why it does not. */
async function unsettledOf(seen: {
  readonly items: CrashRecord['items'];
  readonly events: readonly LogEvent[];
  readonly query: Query;
}): Promise<string[]> {
  const unsettled = Object.entries(seen.items).filter(([, item]) => item && !isSettled(item));
  return Promise.all(
    unsettled.map(async ([mediaId]) => {
      const jobs = await seen.query<{ what: string }>(
        `select concat_ws(' ', name, id, state, 'retries', retry_count, 'created', created_on, 'started', started_on,
           'ended', completed_on, output) as what
         from pgboss.job where data->'payload'->>'mediaId' = $1 order by created_on`,
        [mediaId],
      );
      const sagas = await seen.query<{ what: string }>(
        `select concat_ws(' ', saga, 'open', state->'progress'->'open', 'waiting', state->'progress'->'waiting', failure) as what
         from saga_instances where instance = $1`,
        [mediaId],
      );
      const claims = await seen.query<{ what: string }>(
        `select c::text as what from attempt_claims c
         where job_id in (select id from pgboss.job where data->'payload'->>'mediaId' = $1)`,
        [mediaId],
      );
      const told = seen.events
        .filter(({ data }) => data.mediaId === mediaId)
        .map(({ type, data }) => [type, data.step, data.attempt, data.jobId].filter(Boolean).join(' '));
      const kept = [...jobs, ...sagas, ...claims].map(({ what }) => what);
      return `item ${mediaId}: ${[...told, ...kept].join(', ')}`;
    }),
  );
}

/**
 * Only the lock of the process that runs may lie in the folders of those that were killed. What an attempt had that was
 * cancelled, or lost its lease, goes a moment after its job.
 */
const filesOfWork = (dataFolder: string): string[] =>
  ['work', 'blobs/temporary'].flatMap((place) =>
    namesIn(join(dataFolder, place), true).flatMap((name) =>
      namesIn(join(dataFolder, place, name)).map((file) => `file ${place}/${name}/${file}`),
    ),
  );

/** Folders may stay when the last file of an item goes. */
const storedMediaIds = (folder: string): string[] =>
  namesIn(folder).filter((mediaId) =>
    readdirSync(join(folder, mediaId), { recursive: true, withFileTypes: true }).some((entry) =>
      entry.isFile(),
    ),
  );

const namesIn = (folder: string, onlyFolders = false): string[] => {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      onlyFolders && !entry.isDirectory() ? [] : [entry.name],
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};

interface Found {
  readonly count: number;
  readonly listed: readonly object[];
}

async function storageComplaints(url: string): Promise<string[]> {
  const started = await fetch(`${url}/v1/storage/check`, { method: 'POST' });
  const { checkId } = (await started.json()) as { checkId: string };
  for (;;) {
    const { report } = await getJson<{
      report: {
        checkId: string;
        finishedAt: string | null;
        error: string | null;
        findings: Record<'orphans' | 'unexplained' | 'missing', Found> | null;
      };
    }>(`${url}/v1/storage/check`);
    if (report.checkId === checkId && report.finishedAt !== null) {
      if (!report.findings) return [`the check ended early: ${report.error}`];
      const { orphans, unexplained, missing } = report.findings;
      return Object.entries({ orphans, unexplained, missing }).flatMap(([kind, { listed }]) =>
        listed.map((found) => `${kind} ${JSON.stringify(found)}`),
      );
    }
    await delay(50);
  }
}
