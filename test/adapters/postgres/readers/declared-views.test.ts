import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPostgresReaders } from '../../../../src/adapters/postgres/readers/index.js';
import {
  openReadDatabase,
  type ReadDatabase,
} from '../../../../src/adapters/postgres/readers/read-database.js';
import { type Readers, viewsRead } from '../../../../src/core/readers/index.js';
import { createTestDatabase } from '../../../support/database.js';
import { viewsIn } from '../../../support/views-in.js';

const database = await createTestDatabase();
const readDatabase = await openReadDatabase({ connectionString: database.url, maximumConnections: 2 });
const asked: string[] = [];
const recording: ReadDatabase = {
  query(sql, parameters) {
    asked.push(sql);
    return readDatabase.query(sql, parameters);
  },
  snapshot: (read) =>
    readDatabase.snapshot((query) =>
      read((sql, parameters) => {
        asked.push(sql);
        return query(sql, parameters);
      }),
    ),
};
const readers = createPostgresReaders(recording);

/** What is asked only once there is something is asked as well. */
beforeAll(() =>
  database.pool.query(`
    insert into recommendations values ('u1', 'r1', '{}', '[]', now());
    insert into recommendation_requests values ('r1', 'u1', 'queued', now())`),
);
afterAll(async () => {
  await readDatabase.close();
  await database.drop();
});

type Question = () => Promise<unknown>;
/** The compiler asks for a question that is not here. */
const questions: {
  readonly [View in keyof Readers]: { readonly [Name in keyof Readers[View]]: Question };
} = {
  mediaLibrary: {
    page: () =>
      readers.mediaLibrary.page({ withDeleted: false }, { after: null, limit: 1, making: true, files: true }),
    item: () => readers.mediaLibrary.item('m1'),
    metadata: () => readers.mediaLibrary.metadata('m1'),
    originalsBefore: () => readers.mediaLibrary.originalsBefore({ sha256: 'ab', position: '' }, 1),
  },
  playback: {
    renditions: () => readers.playback.renditions('m1'),
    soundTracks: () => readers.playback.soundTracks('m1'),
    subtitleTracks: () => readers.playback.subtitleTracks('m1'),
    derivative: () => readers.playback.derivative('m1', 'poster.jpg'),
    storyboard: () => readers.playback.storyboard('m1'),
    chapters: () => readers.playback.chapters('m1'),
    original: () => readers.playback.original('m1'),
  },
  mediaHistory: { of: () => readers.mediaHistory.of('m1') },
  mediaLooks: {
    near: () => readers.mediaLooks.near({ mediaId: 'm1', kind: 'image', looks: ['0'.repeat(32)] }, 1),
    of: () => readers.mediaLooks.of('m1'),
  },
  mediaSearch: {
    find: () =>
      readers.mediaSearch.find({ anyOf: [['word']], noneOf: [] }, { filter: {}, after: null, limit: 1 }),
    like: () => readers.mediaSearch.like('m1', 1),
  },
  taxonomy: { current: () => readers.taxonomy.current() },
  moderationQueue: {
    oldest: () => readers.moderationQueue.oldest({ status: 'in_review' }, 1),
    frames: () => readers.moderationQueue.frames('m1'),
    original: () => readers.moderationQueue.original('m1'),
  },
  jobs: { newest: () => readers.jobs.newest({}, 1) },
  recommendations: {
    newestList: () => readers.recommendations.newestList('u1', 'own'),
    request: () => readers.recommendations.request('r1'),
  },
  viewerActivity: {
    doingsOf: () => readers.viewerActivity.doingsOf('u1'),
    everything: () => readers.viewerActivity.everything(() => {}),
    size: () => readers.viewerActivity.size(),
    interestByKind: () => readers.viewerActivity.interestByKind('u1', 1),
  },
  popularity: {
    mostPopular: () => readers.popularity.mostPopular('any', 1),
    standing: () => readers.popularity.standing('any'),
    published: () => readers.popularity.published(['m1']),
    describedOf: () => readers.popularity.describedOf(['m1']),
  },
  liveSources: {
    latest: () => readers.liveSources.latest({}, 1),
    one: () => readers.liveSources.one('l1'),
  },
  trending: {
    highest: () => readers.trending.highest('any', 1),
    highestUnseen: () => readers.trending.highestUnseen('u1', 'any', 1),
  },
  models: {
    current: () => readers.models.current('recommender'),
    beforeCurrent: () => readers.models.beforeCurrent('recommender'),
    newest: () => readers.models.newest('recommender', 1),
    find: () => readers.models.find('m1'),
  },
};

const declared: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = viewsRead;

test.each(
  Object.entries(questions).flatMap(([view, all]) =>
    Object.entries<Question>(all).map(([name, ask]) => [view, name, ask] as const),
  ),
)('%s.%s reads the views it declares and no other', async (view, name, ask) => {
  asked.length = 0;
  await ask();
  expect(viewsIn(asked.join(' '))).toEqual(declared[view]?.[name]?.toSorted());
});
