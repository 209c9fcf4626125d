import { createReadStream } from 'node:fs';
import { chmod, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../src/adapters/embedded-postgres/start-embedded-postgres.js';
import { silentLogger } from '../../src/core/logger.js';
import { isSettled, waitForItem } from '../e2e/support/client.js';
import { type Product, startProduct } from '../e2e/support/product.js';
import { measureLatencies } from './event-store/statistics.js';
import { type BenchRow, watched, within } from './support/bench-row.js';
import { clipOf480p } from './support/clip.js';
import { getRequest } from './support/http-connection.js';
import { type ConnectionPool, openPool, runOpenLoop } from './support/load.js';
import { rememberInteractions, rememberItems, withEventStore } from './support/remembered-interactions.js';
import { sendMultipart } from './support/send-multipart.js';
import { untilViewsFollow } from './support/until-views-follow.js';
import { inFolder, portOf } from './support/with-product.js';

/** `INTERACTIONS`: another number of them, where a million takes too long. */
const INTERACTIONS = Number(process.env.INTERACTIONS ?? 1_000_000);
const ITEMS = 5000;
const CLIENTS = 16;
const VIEWERS = 8;
const PLAYBACK_PER_SECOND = 60;
const SECONDS = 12;
const LIMIT_MILLISECONDS = 200;
const CATCH_UP_SECONDS = 900;

const TRENDING = ['/v1/trending', '/v1/trending?limit=100'];
/** Words and tags that many items have, few, and none. */
const OTHER_LISTS = [
  '/v1/media',
  '/v1/media?limit=200',
  '/v1/media?q=film',
  '/v1/media?q=film+number+7',
  '/v1/media?q=nothing',
  '/v1/media?tag=often',
  '/v1/media?tag=seldom',
];

/** Whether anybody's lists, which need no key, hold up what others play, after a million interactions. */
export const benchLists = (): Promise<BenchRow[]> =>
  inFolder(async (folder) => {
    await chmod(folder, 0o755); // as root, the server runs as its own user, who must be able to enter
    const database = await startEmbeddedPostgres({ dataFolder: join(folder, 'db'), logger: silentLogger });
    try {
      const clip = await clipOf480p(folder);
      const environment = { ...clip.environment, DATABASE_URL: database.connectionString };
      const product = await startProduct(join(folder, 'data'), environment);
      try {
        return await measure(product, clip.path, database.connectionString);
      } finally {
        await product.stop();
      }
    } finally {
      await database.stop();
    }
  });

async function measure(product: Product, clip: string, connectionString: string): Promise<BenchRow[]> {
  const played = await playableFiles(product.url, clip);
  const seconds = await withEventStore(connectionString, async (store) => {
    const startedAt = performance.now();
    await rememberItems(store, ITEMS);
    await rememberInteractions(store, INTERACTIONS, ITEMS);
    return (performance.now() - startedAt) / 1000;
  });
  const caughtUpSeconds = await untilViewsFollow(product.url, CATCH_UP_SECONDS);
  const told = `${INTERACTIONS.toLocaleString('en')} interactions with ${ITEMS.toLocaleString('en')} items, appended in ${seconds.toFixed(0)} s, in all views ${caughtUpSeconds.toFixed(0)} s later`;

  const port = portOf(product.url);
  await playBeside(port, played, async () => {}); // warms up
  const idle = await playBeside(port, played, async () => {});
  const rows = [
    watched({
      what: 'HLS playlists and segments, nobody else there, p99',
      ours: idle.p99Milliseconds,
      unit: 'ms',
      note: `${PLAYBACK_PER_SECOND} requests/s, open loop, ${SECONDS} s; p50 ${idle.p50Milliseconds.toFixed(1)} ms; ${told}`,
    }),
  ];
  for (const [name, paths] of [
    ['GET /v1/trending', TRENDING],
    ['GET /v1/media, searches, tags', OTHER_LISTS],
  ] as const) {
    const lists = await askFor(port, paths);
    const loaded = await playBeside(port, played, lists.run);
    const { answers, refused, p50Milliseconds, p99Milliseconds } = lists.results();
    const ratio = (loaded.p99Milliseconds / idle.p99Milliseconds).toFixed(1);
    rows.push(
      within(LIMIT_MILLISECONDS, {
        what: `HLS playlists and segments beside ${CLIENTS} clients on ${name}, p99`,
        ours: loaded.p99Milliseconds,
        unit: 'ms',
        note: `p50 ${loaded.p50Milliseconds.toFixed(1)} ms; the p99 is ${ratio} × that of nobody else there`,
      }),
      watched({
        what: `${name}, ${CLIENTS} clients`,
        ours: answers / SECONDS,
        unit: '/s',
        note: `closed loop without a key; p50 ${p50Milliseconds.toFixed(1)} ms, p99 ${p99Milliseconds.toFixed(1)} ms; ${refused} refused as busy`,
      }),
    );
  }
  return rows;
}

/** An item made of a real upload: its master playlist, the playlists in it, and the segments in these. */
async function playableFiles(url: string, clip: string): Promise<string[]> {
  const { mediaId } = await sendMultipart<{ mediaId: string }>(`${url}/v1/media`, {
    filename: 'clip.mp4',
    sizeBytes: (await stat(clip)).size,
    bytes: createReadStream(clip),
  });
  await waitForItem(url, mediaId, isSettled, 300);
  const master = new URL(`/v1/media/${mediaId}/hls/master.m3u8`, url);
  const found = [master];
  for (const playlist of await addressesIn(master))
    if (playlist.pathname.endsWith('.m3u8')) found.push(playlist, ...(await addressesIn(playlist)));
  return found.map(({ pathname }) => pathname);
}

async function addressesIn(playlist: URL): Promise<URL[]> {
  const response = await fetch(playlist);
  if (!response.ok) throw new Error(`${playlist}: ${response.status}`);
  return (await response.text())
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => new URL(line, playlist));
}

/** The time from when each request was due to its whole answer, so that what a stall holds up counts. */
async function playBeside(port: number, paths: readonly string[], others: () => Promise<void>) {
  const pool = await openPool(port, VIEWERS);
  const milliseconds: number[] = [];
  try {
    const othersEnded = others();
    await runOpenLoop({
      perSecond: PLAYBACK_PER_SECOND,
      seconds: SECONDS,
      work: async (index) => {
        const dueAt = performance.now();
        await pool.request(getRequest(paths[index % paths.length] ?? ''), 200);
        milliseconds.push(performance.now() - dueAt);
      },
    });
    await othersEnded;
  } finally {
    pool.close();
  }
  return measureLatencies(milliseconds);
}

/** Sixteen clients that ask again as soon as they have an answer; that there is none for now is one too. */
async function askFor(port: number, paths: readonly string[]) {
  const pool = await openPool(port, CLIENTS);
  const milliseconds: number[] = [];
  let refused = 0;
  return {
    async run() {
      try {
        await askUntil(pool, performance.now() + SECONDS * 1000);
      } finally {
        pool.close();
      }
    },
    results: () => ({ answers: milliseconds.length, refused, ...measureLatencies(milliseconds) }),
  };

  async function askUntil({ connections }: ConnectionPool, endsAt: number): Promise<void> {
    let next = 0;
    await Promise.all(
      connections.map(async (connection) => {
        for (let sentAt = performance.now(); sentAt < endsAt; sentAt = performance.now()) {
          const path = paths[next++ % paths.length] ?? '';
          const { status } = await connection.send(getRequest(path));
          if (status === 503) refused++;
          else if (status === 200) milliseconds.push(performance.now() - sentAt);
          else throw new Error(`${path}: ${status}`);
        }
      }),
    );
  }
}
