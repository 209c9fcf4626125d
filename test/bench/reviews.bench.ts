import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/adapters/embedded-postgres/start-embedded-postgres.js';
import { migrate } from '../../src/adapters/postgres/connection/migrate.js';
import { createPostgresReaders } from '../../src/adapters/postgres/readers/index.js';
import { openReadDatabase } from '../../src/adapters/postgres/readers/read-database.js';
import { silentLogger } from '../../src/core/logger.js';
import type { QueueFilter } from '../../src/core/readers/moderation-queue.js';
import { addSeconds } from '../../src/core/time.js';
import { measureLatencies } from './event-store/statistics.js';
import { type BenchRow, within } from './support/bench-row.js';
import { benchClaims } from './support/claims-under-way.js';
import { inFolder } from './support/with-product.js';

const ITEMS = Number(process.env.ITEMS ?? 100_000);
const ROUNDS = 100;
const LIMIT_MILLISECONDS = 100;
const PAGE = 50;
/** By forty people, a page each. */
const CLAIMED = 2_000;

const at = new Date().toISOString();
const freeFor = { reviewer: 'key:me', at, latestClaim: addSeconds(at, 960) };

/** The oldest are claimed by others; every tenth is an appeal, a third of them against who asks. */
const QUESTIONS: Readonly<Record<string, QueueFilter>> = {
  'all that waits': { status: 'waiting' },
  'what is in doubt': { status: 'in_review' },
  'what one may decide on': { status: 'waiting', freeFor },
  'appeals that one may decide on': { status: 'appeal', freeFor },
  'sound that one may decide on': { status: 'waiting', type: 'audio', freeFor },
};

/** How long reviewers wait for a page of a long queue, and how many items they can claim and appeal against at once. */
export const benchReviews = (): Promise<BenchRow[]> =>
  inFolder(async (folder) => {
    const server = await startEmbeddedPostgres({ dataFolder: join(folder, 'db'), logger: silentLogger });
    try {
      await migrate(server.connectionString);
      await fill(server.connectionString);
      const database = await openReadDatabase({ connectionString: server.connectionString });
      try {
        const { moderationQueue } = createPostgresReaders(database);
        const rows: BenchRow[] = [];
        for (const [what, filter] of Object.entries(QUESTIONS))
          rows.push(await timed(what, () => moderationQueue.oldest(filter, PAGE)));
        return rows;
      } finally {
        await database.close();
      }
    } finally {
      await server.stop();
    }
  }).then(async (rows) => [...rows, ...(await benchClaims())]);

async function timed(what: string, ask: () => Promise<readonly unknown[]>): Promise<BenchRow> {
  const page = await ask();
  if (page.length < PAGE) throw new Error(`A page of ${what} has ${page.length} items`);
  const milliseconds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now();
    await ask();
    milliseconds.push(performance.now() - begun);
  }
  const { p50Milliseconds, p99Milliseconds } = measureLatencies(milliseconds);
  return within(LIMIT_MILLISECONDS, {
    what: `queue: a page of ${what}, p99`,
    ours: p99Milliseconds,
    unit: 'ms',
    note: `p50 ${p50Milliseconds.toFixed(1)} ms; ${ITEMS.toLocaleString('en')} items wait, the oldest ${CLAIMED.toLocaleString('en')} claimed by others`,
  });
}

/** Rows as the projections write them, with twelve frames each, made by the database itself. */
async function fill(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(
      `insert into media_library (media_id, status, type, title, tags, created_at, updated_at)
       select 'm' || i, 'in_review', (array['video', 'image', 'image', 'audio'])[1 + i % 4], 'Item ' || i, '[]', now(), now()
       from generate_series(1, $1::int) i`,
      [ITEMS],
    );
    await client.query(
      `insert into moderation_queue (media_id, title, status, rule, explanation, policy, causes, model, frames, since, deciders,
         appeal, claimed_by, claimed_until)
       select 'm' || i, 'Item ' || i, case when i % 10 = 0 then 'appeal' when i % 10 = 1 then 'audit' else 'in_review' end,
         'band', 'Looks like adult content.', '{"version":"1","hash":"h"}',
         '[{"class":"adult","score":0.7,"atSeconds":2,"frame":2}]', '{"provider":"local","model":"m","version":"1"}',
         (select jsonb_agg(jsonb_build_object('atSeconds', frame, 'blobKey', 'media/m' || i || '/moderate/a-1/' || frame || '.jpg',
           'scores', jsonb_build_object('adult', 0.4, 'suggestive', 0.3, 'violence', 0.1, 'graphic', 0.1, 'text', 0)))
          from generate_series(0, 11) frame),
         now() - make_interval(secs => $1::int - i),
         case when i % 30 = 0 then '["key:me"]'::jsonb else '[]' end,
         case when i % 10 = 0 then jsonb_build_object('text', 'It is art.', 'appellant', 'key:carl', 'at', '2026-11-21T08:00:00.000Z') end,
         case when i <= $2::int then 'key:other' || i % 40 end,
         case when i <= $2::int then now() + interval '14 minutes' end
       from generate_series(1, $1::int) i`,
      [ITEMS, CLAIMED],
    );
    await client.query('vacuum analyze media_library, moderation_queue');
  } finally {
    await client.end();
  }
}
