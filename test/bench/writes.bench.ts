import { join } from 'node:path';
import type { Product } from '../e2e/support/product.js';
import { besideWork } from './beside-work.js';
import { measureLatencies, median } from './event-store/statistics.js';
import { announceItems } from './support/announced-items.js';
import { type BenchRow, beside, within } from './support/bench-row.js';
import { clipOf480p } from './support/clip.js';
import { jsonRequest } from './support/http-connection.js';
import { type ConnectionPool, openPool, runClosedLoop, runOpenLoop } from './support/load.js';
import { ownProcessorSeconds, processorSeconds } from './support/processes.js';
import { startPlainServer } from './support/start-plain-server.js';
import { untilViewsFollow } from './support/until-views-follow.js';
import { inFolder, portOf, postmasterOf, withProduct } from './support/with-product.js';

const CONNECTIONS = 64;
const ITEMS = 500;
const VIEWERS = 5000;
const ROUNDS = 3;
const ROUND_SECONDS = 5;
const LIMITS = { serverMicroseconds: 250, databaseMicroseconds: 80, caughtUpSeconds: 1, p99Milliseconds: 50 };

const INTERACTIONS = ['play', 'complete', 'like', 'dislike'];
type RequestNumber = (index: number) => string;

const interactionsWith =
  (ids: readonly string[]): RequestNumber =>
  (index) =>
    jsonRequest('POST', '/v1/interactions', {
      userId: `viewer-${index % VIEWERS}`,
      mediaId: ids[index % ids.length],
      type: INTERACTIONS[index % INTERACTIONS.length],
    });

const titlesOf =
  (ids: readonly string[]): RequestNumber =>
  (index) =>
    jsonRequest('PATCH', `/v1/media/${ids[index % ids.length]}`, { title: `Title ${index}` });

/** The same request, to the peer. */
const accepted = (request: string): string => request.replace(/^\S+ \S+/, 'POST /accept');

/** What a command costs and how many there can be, with all roles in one process; and beside work in the background. */
export const benchWrites = (): Promise<BenchRow[]> =>
  inFolder(async (folder) => {
    const clip = await clipOf480p(folder);
    return withProduct(clip.environment, async (product, home) => {
      const pool = await openPool(portOf(product.url), CONNECTIONS);
      const peer = await startPlainServer('fastify', join(folder, 'unused'));
      const peerPool = await openPool(peer.port, CONNECTIONS);
      try {
        const ids = await announceItems(pool, ITEMS);
        const measured = { product, postmaster: await postmasterOf(join(home, 'data')), pool, peerPool };
        return [
          ...(await rowsOf('POST /v1/interactions', measured, interactionsWith(ids))),
          ...(await rowsOf('PATCH a title', measured, titlesOf(ids))),
          ...(await besideWork(product, clip, {
            requestNumber: interactionsWith(ids),
            peer: { port: peer.port, nextRequest: () => accepted(interactionsWith(ids)(0)) },
          })),
        ];
      } finally {
        pool.close();
        peerPool.close();
        await peer.stop();
      }
    });
  });

interface Measured {
  readonly product: Product;
  readonly postmaster: number;
  readonly pool: ConnectionPool;
  readonly peerPool: ConnectionPool;
}

async function rowsOf(what: string, measured: Measured, requestNumber: RequestNumber): Promise<BenchRow[]> {
  const { product, postmaster, pool, peerPool } = measured;
  const rounds: Round[] = [];
  let next = 0;
  const loop = (seconds: number) =>
    runClosedLoop(pool, { seconds, expectedStatus: 202, requestNumber: () => requestNumber(next++) });
  await loop(ROUND_SECONDS); // warms up
  for (let round = 0; round < ROUNDS; round++) {
    const peer = await runClosedLoop(peerPool, {
      seconds: 2,
      expectedStatus: 202,
      requestNumber: (index) => accepted(requestNumber(index)),
    });
    const before = await costs(product.pid, postmaster);
    const { answers, perSecond, p50Milliseconds } = await loop(ROUND_SECONDS);
    const caughtUpSeconds = await untilViewsFollow(product.url);
    const after = await costs(product.pid, postmaster);
    rounds.push({
      ...{ perSecond, p50Milliseconds, caughtUpSeconds, peerPerSecond: peer.perSecond },
      serverMicroseconds: ((after.server - before.server) * 1e6) / answers,
      databaseMicroseconds: ((after.database - before.database) * 1e6) / answers,
    });
  }
  const middle = (figure: keyof Round) => median(rounds.map((round) => round[figure]));

  const milliseconds: number[] = [];
  await runOpenLoop({
    perSecond: middle('perSecond') / 2,
    seconds: ROUND_SECONDS,
    async work() {
      const sentAt = performance.now();
      await pool.request(requestNumber(next++), 202);
      milliseconds.push(performance.now() - sentAt);
    },
  });
  const { p50Milliseconds, p99Milliseconds } = measureLatencies(milliseconds);
  const note = `${CONNECTIONS} connections, median of ${ROUNDS} rounds of ${ROUND_SECONDS} s, views included`;
  return [
    beside(middle('peerPerSecond'), {
      ...{ what, ours: middle('perSecond'), unit: '/s' },
      note: `${note}; p50 ${middle('p50Milliseconds').toFixed(1)} ms; peer: plain Fastify that accepts the same bodies`,
    }),
    within(LIMITS.serverMicroseconds, {
      ...{
        what: `${what}: the server's processor time`,
        ours: middle('serverMicroseconds'),
        unit: 'µs',
        note,
      },
    }),
    within(LIMITS.databaseMicroseconds, {
      ...{ what: `${what}: PostgreSQL's`, ours: middle('databaseMicroseconds'), unit: 'µs', note },
    }),
    within(LIMITS.caughtUpSeconds, {
      ...{
        what: `${what}: last answer to every view following`,
        ours: middle('caughtUpSeconds'),
        unit: 's',
        note,
      },
    }),
    within(LIMITS.p99Milliseconds, {
      ...{ what: `${what}: p99 at half load`, ours: p99Milliseconds, unit: 'ms' },
      note: `open loop of ${Math.round(middle('perSecond') / 2)}/s; p50 ${p50Milliseconds.toFixed(1)} ms`,
    }),
  ];
}

interface Round {
  readonly perSecond: number;
  readonly peerPerSecond: number;
  readonly p50Milliseconds: number;
  readonly serverMicroseconds: number;
  readonly databaseMicroseconds: number;
  readonly caughtUpSeconds: number;
}

const costs = async (server: number, postmaster: number) => ({
  server: await ownProcessorSeconds(server),
  database: await processorSeconds([postmaster]),
});
