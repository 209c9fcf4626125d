import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPostgresProjectionStore } from '../../src/adapters/postgres/projection-store/projection-store.js';
import { createPostgresReaders } from '../../src/adapters/postgres/readers/index.js';
import { openReadDatabase } from '../../src/adapters/postgres/readers/read-database.js';
import { START } from '../../src/core/position.js';
import type { AnyProjection } from '../../src/core/projection-store.js';
import type { PageEnd } from '../../src/core/readers/media-search.js';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import { mediaLibrary } from '../../src/projections/media-library.js';
import { mediaSearch } from '../../src/projections/media-search.js';
import { searchText } from '../../src/queries/search-text.js';
import { foldRowOperations } from '../../src/runtime/projection/fold-row-operations.js';
import { ofItem, publishedItem } from '../contracts/readers/item-events.js';
import { recorded } from '../kit/golden-events.js';
import { mediaId, model } from '../kit/media-fixtures.js';
import { operationsOf } from '../kit/project-rows.js';
import { createTestDatabase } from '../support/database.js';
import { type JudgedItem, judgedLibrary, judgedSearches } from './search-judged-set.js';

const database = await createTestDatabase();
const readDatabase = await openReadDatabase({ connectionString: database.url, maximumConnections: 2 });
const { mediaSearch: search } = createPostgresReaders(readDatabase);

const eventsOf = ({
  id,
  title,
  description = '',
  tags = [],
  detected = [],
  says,
}: JudgedItem): MediaEvent[] => [
  ...publishedItem(id, { title, description, tags: [...tags] }),
  ...(detected.length > 0
    ? ofItem(id, {
        type: 'TagsGenerated',
        data: {
          mediaId,
          model,
          tags: detected.map((label) => ({ label, confidence: 0.9, appearances: [] })),
        },
      })
    : []),
  ...(says
    ? ofItem(id, {
        type: 'TextFound',
        data: {
          ...{ mediaId, origin: 'subtitles', model: null },
          texts: [
            {
              ...{ language: says[0], streamIndex: 2 },
              lines: says.slice(1).map((text, index) => ({ atSeconds: index * 10, text })),
            },
          ],
        },
      })
    : []),
];

async function project(events: readonly MediaEvent[]): Promise<void> {
  const views: readonly AnyProjection[] = [mediaLibrary, mediaSearch];
  const store = createPostgresProjectionStore({ pool: database.pool });
  const from = new Map((await store.load(views)).map(({ name, position }) => [name, position]));
  const told = recorded(events, 1);
  await store.advance(
    views.map((view) => ({
      ...{ name: view.name, version: view.version, from: from.get(view.name) ?? START },
      changes: foldRowOperations(view.tables, operationsOf(view, told)),
    })),
    told.at(-1)?.position ?? START,
  );
}

beforeAll(() =>
  project([
    ...judgedLibrary.flatMap(eventsOf),
    ...publishedItem('hostile', {
      title: "Robert'); drop table media_search; --",
      description: '<script>x</script>',
    }),
    ...eventsOf({ id: 'long', title: 'Long', says: ['eng', ...longText()] }),
  ]),
);
afterAll(async () => {
  await readDatabase.close();
  await database.drop();
});

/** More different words than one document of an index takes. */
function longText(): string[] {
  return Array.from({ length: 700 }, (_, line) =>
    Array.from({ length: 50 }, (_, word) => `w${(line * 50 + word).toString(36)}q${line % 7}`).join(' '),
  );
}

const find = (typed: string) => search.find(searchText(typed), { filter: {}, after: null, limit: 10 });
const discounted = (grades: readonly number[]) =>
  grades.reduce((sum, grade, index) => sum + (2 ** grade - 1) / Math.log2(index + 2), 0);

test('what people mean comes first: nDCG@10 on the judged set is 0.95 or more', async () => {
  const scores: { typed: string; score: number; hits: string[] }[] = [];
  for (const [typed, judged] of judgedSearches) {
    const hits = (await find(typed)).hits.map((hit) => hit.mediaId);
    const best = Object.values(judged).toSorted((a, b) => b - a);
    const score = discounted(hits.map((id) => judged[id] ?? 0)) / discounted(best);
    scores.push({ typed, score, hits });
  }
  const mean = scores.reduce((sum, { score }) => sum + score, 0) / scores.length;
  const worst = scores.filter(({ score }) => score < 0.9);
  expect(mean, JSON.stringify(worst)).toBeGreaterThanOrEqual(0.95);
});

test('a word that nobody has written is told as what was searched for instead', async () => {
  expect((await find('telescpoe')).corrections).toEqual([{ typed: 'telescpoe', as: ['telescope'] }]);
  expect((await find('telescope')).corrections).toEqual([]);
});

test('a line that is said is found with its second', async () => {
  const [hit] = (await find('dolphin jump')).hits;
  expect(hit).toMatchObject({ mediaId: 'holiday', highlights: [{ in: 'subtitles', atSeconds: 0 }] });
});

test('what was found is shown as it was written, accents and all', async () => {
  const [hit] = (await find('mesange')).hits;
  expect(hit?.highlights[0]?.parts.slice(0, 2)).toEqual([
    { text: 'Les ', isMatch: false },
    { text: 'mésanges', isMatch: true },
  ]);
  const [other] = (await find('oignon')).hits;
  expect(other?.highlights.map(({ in: place }) => place)).toEqual(['description', 'subtitles']);
});

test.each([
  ['quotes and semicolons', `'; drop table media_search; --`],
  ['operators', '& | ! <-> :* ( ) & ((('],
  ['weights', 'alps:A & glacier:*'],
  ['backslashes', '\\ \\\\ \\u0000 \\x'],
  ['many words', 'word '.repeat(60)],
  ['an endless word', 'x'.repeat(300)],
  ['letters of many planes', '𝒜 😀 ﷽ שלום 漢字 กรุงเทพ'],
  ['negations alone', '-a -b'],
  ['nothing but marks', '\u200b\u202e"""'],
])('%s are searched for as text, or as nothing', async (_, typed) => {
  const { hits } = await find(typed);
  expect(hits.length).toBeLessThanOrEqual(10);
});

test('text of more words than an index takes leaves the item found by its title and its beginning', async () => {
  const { hits } = await find('long');
  expect(hits.map((hit) => hit.mediaId)).toContain('long');
  expect((await find('w0q0')).hits.map((hit) => hit.mediaId)).toEqual(['long']);
});

test('what was written is shown as text, not as a page', async () => {
  const [hit] = (await find('robert')).hits;
  const shown = hit?.highlights[0]?.parts.map(({ text }) => text).join('');
  expect(shown).toBe("Robert'); drop table media_search; --");
});

/** Published one a second, the later of higher number. */
const many = (name: string, count: number, title: string, says: string) =>
  database.pool.query(
    `with made as (select $1 || lpad(i::text, 4, '0') as media_id, $3::text as title, timestamptz '2026-01-01' + i * interval '1 second' as at
       from generate_series(1, $2::int) i),
     listed as (insert into media_library (media_id, status, type, title, created_at, updated_at, published_at)
       select media_id, 'published', 'video', title, at, at, at from made)
     insert into media_search (media_id, title, subtitles)
     select media_id, title, jsonb_build_array(jsonb_build_object('configuration', 'english', 'text', $4::text)) from made`,
    [name, count, title, says],
  );

async function allPages(typed: string, between: () => Promise<unknown> = async () => {}): Promise<string[]> {
  const hits: string[] = [];
  for (let after: PageEnd | null = null; ; ) {
    const page = await search.find(searchText(typed), { filter: {}, after, limit: 60 });
    hits.push(...page.hits.map((hit) => hit.mediaId));
    if (!page.nextAfter) return hits;
    after = page.nextAfter;
    await between();
  }
}

test('of more items than are compared those whose title has it come first, then the newest, and each comes once', async () => {
  await many('said', 240, 'Evening', 'The quokka is in the old garden, and a garden is old.');
  await many('titled', 3, 'The quokka', 'Nothing.');
  for (const typed of ['quokka', '"quokka" -nothing or quokka', '"old garden"', 'garden -"garden is new"']) {
    const hits = await allPages(typed);
    const titled = hits.filter((id) => id.startsWith('titled'));
    expect(hits.length, typed).toBe(new Set(hits).size);
    expect(hits.length - titled.length, typed).toBe(240);
    expect(hits.slice(0, titled.length).toSorted(), typed).toEqual(titled.toSorted());
    expect(
      hits.slice(-30).every((id) => id <= 'said0040'),
      typed,
    ).toBe(true);
  }
  expect(await allPages('"garden evening"')).toEqual([]);
});

test('what is published between two pages neither repeats nor hides others', async () => {
  await many('told', 230, 'Morning', 'A numbat wakes.');
  let number = 0;
  const hits = await allPages('numbat', async () => {
    number += 1;
    await publishNow(`now${number}`, 'The numbat');
  });
  const told = hits.filter((id) => id.startsWith('told'));
  expect([told.length, new Set(hits).size]).toEqual([230, hits.length]);
});

async function publishNow(id: string, title: string): Promise<void> {
  await database.pool.query(
    `insert into media_library (media_id, status, type, title, created_at, updated_at, published_at)
     values ($1, 'published', 'video', $2, now(), now(), now() + interval '1 hour')`,
    [id, title],
  );
  await database.pool.query('insert into media_search (media_id, title) values ($1, $2)', [id, title]);
}
