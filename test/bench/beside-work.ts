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

/** Requests while clips are transcoded, moderated and tagged on the same machine, and what that costs the work. */
export async function besideWork(
  product: Product,
  clip: Clip,
  requestNumber: (index: number) => string,
): Promise<BenchRow[]> {
  let next = 0;
  const nextRequest = () => requestNumber(next++);
  /** Connections of its own: the server ends those that are idle for as long as clips may take. */
  const connected = async <T>(use: (pool: ConnectionPool) => Promise<T>): Promise<T> => {
    const pool = await openPool(portOf(product.url), FEW_CONNECTIONS);
    return use(pool).finally(() => pool.close());
  };
  const asFastAsItGoes = (seconds: number) =>
    connected((pool) => runClosedLoop(pool, { seconds, expectedStatus: 202, requestNumber: nextRequest }));

  await work(product, clip, 1); // loads the models
  const alone = await work(product, clip, CLIPS);
  const idle = await asFastAsItGoes(ROUND_SECONDS);

  const working = work(product, clip, CLIPS);
  const busy = await asFastAsItGoes(ROUND_SECONDS * 2);
  await working;

  const besideSteady = await connected(async (pool) => {
    let isWorking = true;
    const steady = work(product, clip, CLIPS).finally(() => {
      isWorking = false;
    });
    while (isWorking)
      await runOpenLoop({
        ...{ perSecond: STEADY_PER_SECOND, seconds: 1 },
        work: async () => void (await pool.request(nextRequest(), 202)),
      });
    return steady;
  });

  const note = `${FEW_CONNECTIONS} connections; ${CLIPS} clips at once, ${clip.name}`;
  return [
    aimedAt(
      { atLeast: BESIDE_WORK.leastOfIdle },
      beside(idle.perSecond, {
        ...{ what: 'POST /v1/interactions beside work', ours: busy.perSecond, unit: '/s' },
        note: `${note}; limit: the same client without the work`,
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
  ];
}

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
