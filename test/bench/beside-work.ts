import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { isSettled, waitForItem } from '../e2e/support/client.js';
import type { Product } from '../e2e/support/product.js';
import { aimedAt, type BenchRow, beside, within } from './support/bench-row.js';
import type { Clip } from './support/clip.js';
import { type ConnectionPool, openPool, runClosedLoop, runOpenLoop } from './support/load.js';
import { sendMultipart } from './support/send-multipart.js';
import { portOf } from './support/with-product.js';

const ROUND_SECONDS = 5;
const FEW_CONNECTIONS = 32;
const CLIPS = 3;
const STEADY_PER_SECOND = 500;
const BESIDE_WORK = { leastOfIdle: 0.7, p99Milliseconds: 250, mostOfWorkAlone: 1.1 };

/** Who is asked while clips are worked on, and how: the product, or a server that only accepts what it is sent. */
interface Asked {
  readonly port: number;
  readonly nextRequest: () => string;
}

/**
 * Requests while clips are transcoded, moderated and tagged on the same machine, and what that costs the work. The client
 * runs on that machine as well: what is lost to it, and to answering at all, the same client's requests to the peer tell.
 */
export async function besideWork(
  product: Product,
  clip: Clip,
  requests: { readonly requestNumber: (index: number) => string; readonly peer: Asked },
): Promise<BenchRow[]> {
  let next = 0;
  const ours: Asked = { port: portOf(product.url), nextRequest: () => requests.requestNumber(next++) };

  await work(product, clip, 1); // loads the models
  const alone = await work(product, clip, CLIPS);
  const idle = await asFastAsItGoes(ours, ROUND_SECONDS);
  const peerIdle = await asFastAsItGoes(requests.peer, ROUND_SECONDS);
  const besideWorkOf = async (asked: Asked) => {
    const working = work(product, clip, CLIPS);
    const busy = await asFastAsItGoes(asked, ROUND_SECONDS * 2);
    await working;
    return busy;
  };
  const busy = await besideWorkOf(ours);
  const peerBusy = await besideWorkOf(requests.peer);
  const besideSteady = await workBeside(ours, product, clip);
  const besidePeer = await workBeside(requests.peer, product, clip);

  const note = `${FEW_CONNECTIONS} connections; ${CLIPS} clips at once, ${clip.name}`;
  return [
    aimedAt(
      { atLeast: BESIDE_WORK.leastOfIdle },
      beside(idle.perSecond, {
        ...{ what: 'POST /v1/interactions beside work', ours: busy.perSecond, unit: '/s' },
        note: `${note}; limit: the same client without the work; plain Fastify keeps ${(peerBusy.perSecond / peerIdle.perSecond).toFixed(2)} of its ${Math.round(peerIdle.perSecond)}/s`,
      }),
    ),
    within(BESIDE_WORK.p99Milliseconds, {
      ...{ what: 'POST /v1/interactions beside work: p99', ours: busy.p99Milliseconds, unit: 'ms', note },
    }),
    aimedAt(
      { atMost: BESIDE_WORK.mostOfWorkAlone },
      beside(alone, {
        ...{
          what: `work beside ${STEADY_PER_SECOND} interactions a second`,
          ours: besideSteady,
          unit: 's',
        },
        note: `${CLIPS} clips at once, ${clip.name}; limit: the same without requests`,
      }),
    ),
    beside(besidePeer, {
      what: `work beside ${STEADY_PER_SECOND} interactions a second, and beside as many to plain Fastify`,
      ...{ ours: besideSteady, unit: 's' },
      note: 'the client runs on the same machine: what it takes from the work by itself is in both',
    }),
  ];
}

/** Connections of its own: a server ends those that are idle for as long as clips may take. */
async function connected<T>({ port }: Asked, use: (pool: ConnectionPool) => Promise<T>): Promise<T> {
  const pool = await openPool(port, FEW_CONNECTIONS);
  return use(pool).finally(() => pool.close());
}

const asFastAsItGoes = (asked: Asked, seconds: number) =>
  connected(asked, (pool) =>
    runClosedLoop(pool, { seconds, expectedStatus: 202, requestNumber: asked.nextRequest }),
  );

/** Seconds that clips take while somebody is asked at a fixed rate. */
const workBeside = (asked: Asked, product: Product, clip: Clip): Promise<number> =>
  connected(asked, async (pool) => {
    let isWorking = true;
    const steady = work(product, clip, CLIPS).finally(() => {
      isWorking = false;
    });
    while (isWorking)
      await runOpenLoop({
        ...{ perSecond: STEADY_PER_SECOND, seconds: 1 },
        work: async () => void (await pool.request(asked.nextRequest(), 202)),
      });
    return steady;
  });

/** Seconds until so many clips are through. */
async function work({ url }: Product, { path }: Clip, count: number): Promise<number> {
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: count }, async () => {
      const { mediaId } = await sendMultipart<{ mediaId: string }>(`${url}/v1/media`, {
        filename: 'clip.mp4',
        sizeBytes: (await stat(path)).size,
        bytes: createReadStream(path),
      });
      await waitForItem(url, mediaId, isSettled, 300);
    }),
  );
  return (performance.now() - startedAt) / 1000;
}
