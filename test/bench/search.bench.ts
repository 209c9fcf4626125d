import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/adapters/embedded-postgres/start-embedded-postgres.js';
import { migrate } from '../../src/adapters/postgres/connection/migrate.js';
import { createPostgresReaders } from '../../src/adapters/postgres/readers/index.js';
import { openReadDatabase } from '../../src/adapters/postgres/readers/read-database.js';
import { silentLogger } from '../../src/core/logger.js';
import { searchText } from '../../src/queries/search-text.js';
import { measureLatencies } from './event-store/statistics.js';
import { type BenchRow, within } from './support/bench-row.js';
import { inFolder } from './support/with-product.js';

const ITEMS = Number(process.env.ITEMS ?? 20_000);
const LINES = 100;
const ROUNDS = 40;
const LIMIT_MILLISECONDS = 200;

/** What is asked: words that few items have, that a tenth of all have, that are said only, mistyped, several, and those like an item. */
const SEARCHES: Readonly<Record<string, (round: number) => string>> = {
  'a word of few titles': (round) => `rare${round}`,
  'a word of every tenth title': () => 'often',
  'a word of every title': () => 'film',
  'two words, one of them said alone': (round) => `often said${round}`,
  'a phrase that is said': (round) => `"said${round} here"`,
  'a phrase that all say': (round) => `"line ${round % 40} of"`,
  'a word that is mistyped': (round) => `rrae${round}`,
};

/** How long a search takes among many items of which each says a hundred lines. */
export const benchSearch = (): Promise<BenchRow[]> =>
  inFolder(async (folder) => {
    const server = await startEmbeddedPostgres({ dataFolder: join(folder, 'db'), logger: silentLogger });
    try {
      await migrate(server.connectionString);
      await fill(server.connectionString);
      const database = await openReadDatabase({ connectionString: server.connectionString });
      try {
        const { mediaSearch } = createPostgresReaders(database);
        const rows: BenchRow[] = [];
        const note = `${ITEMS.toLocaleString('en')} items of ${LINES} lines each, 20 hits a page with highlights`;
        for (const [what, typed] of Object.entries(SEARCHES))
          rows.push(
            await timed(what, note, (round) =>
              mediaSearch.find(searchText(typed(round)), { filter: {}, after: null, limit: 20 }),
            ),
          );
        rows.push(await timed('items like one', note, (round) => mediaSearch.like(`m${round}`, 20)));
        return rows;
      } finally {
        await database.close();
      }
    } finally {
      await server.stop();
    }
  });

async function timed(
  what: string,
  note: string,
  ask: (round: number) => Promise<unknown>,
): Promise<BenchRow> {
  for (let round = 1; round <= 6; round++) await ask(round);
  const milliseconds: number[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    const begun = performance.now();
    await ask(round);
    milliseconds.push(performance.now() - begun);
  }
  const { p50Milliseconds, p99Milliseconds } = measureLatencies(milliseconds);
  return within(LIMIT_MILLISECONDS, {
    what: `search: ${what}, p99`,
    ours: p99Milliseconds,
    unit: 'ms',
    note: `p50 ${p50Milliseconds.toFixed(1)} ms; ${note}`,
  });
}

/** Rows as the projection writes them, made by the database itself. */
async function fill(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(
      `insert into media_library (media_id, status, type, title, tags, duration_seconds, created_at, updated_at, published_at)
       select 'm' || i, 'published', 'video', 'Film ' || i, '["tag"]', 600, now(), now(), now() from generate_series(1, $1::int) i`,
      [ITEMS],
    );
    await client.query(
      `insert into media_search (media_id, title, title_configuration, tags, subtitles, subtitles_languages)
       select 'm' || i, 'Film rare' || (i % 5000) || case when i % 10 = 0 then ' often' else '' end, 'english',
         jsonb_build_array('tag' || i % 300),
         jsonb_build_array(jsonb_build_object('configuration', 'english', 'text', (
           select string_agg('Words said' || (i * 7 + line) % 3000 || ' here in line ' || line % 50 || ' of a film', E'\\n')
           from generate_series(1, $2::int) line))), '["en"]'
       from generate_series(1, $1::int) i`,
      [ITEMS, LINES],
    );
    await client.query(
      `insert into media_passages (media_id, origin, passage, configuration, language, times, said)
       select 'm' || i, 'subtitles', '2-' || lpad(part::text, 5, '0'), 'english', 'en',
         (select jsonb_agg(part * 50 + line * 5) from generate_series(0, 9) line),
         (select string_agg('Words said' || (i * 7 + part * 10 + line) % 3000 || ' here in line ' || line || ' of a film', E'\\n')
          from generate_series(0, 9) line)
       from generate_series(1, $1::int) i, generate_series(0, $2::int / 10 - 1) part`,
      [ITEMS, LINES],
    );
    await client.query('vacuum analyze media_library, media_search, media_passages');
  } finally {
    await client.end();
  }
}
