import { createReadStream } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isSettled, waitForItem } from '../e2e/support/client.js';
import { median } from './event-store/statistics.js';
import { announceItems } from './support/announced-items.js';
import { type BenchRow, beside } from './support/bench-row.js';
import { clipOf480p } from './support/clip.js';
import { getRequest } from './support/http-connection.js';
import { openPool, runClosedLoop } from './support/load.js';
import { processorSeconds } from './support/processes.js';
import { sendMultipart } from './support/send-multipart.js';
import { startPlainServer } from './support/start-plain-server.js';
import { inFolder, portOf, postmasterOf, withProduct } from './support/with-product.js';

const CONNECTIONS = 64;
const ROUNDS = 5;
const ROUND_SECONDS = 2;
const ITEMS = 2000;

type PathOf = (index: number) => string;

/** What the query API answers in a second, beside a server that has the same answers at hand. */
export const benchQueries = (): Promise<BenchRow[]> =>
  inFolder(async (folder) => {
    const clip = await clipOf480p(folder);
    return withProduct(clip.environment, async ({ url, pid }, home) => {
      const { mediaId } = await sendMultipart<{ mediaId: string }>(`${url}/v1/media`, {
        filename: 'clip.mp4',
        sizeBytes: (await stat(clip.path)).size,
        bytes: createReadStream(clip.path),
      });
      await waitForItem(url, mediaId, isSettled, 120);
      const itemPath = `/v1/media/${mediaId}`;
      const item = await (await fetch(url + itemPath)).text();
      const segmentPath = await firstSegment(url, `${itemPath}/hls/master.m3u8`);
      const segment = Buffer.from(await (await fetch(url + segmentPath)).arrayBuffer());
      const segmentFile = join(folder, 'segment.m4s');
      await writeFile(segmentFile, segment);

      const setUp = await openPool(portOf(url), CONNECTIONS);
      const announced = await announceItems(setUp, ITEMS);
      setUp.close();
      const announcedItems = await Promise.all(
        announced.map(async (id) => (await fetch(`${url}/v1/media/${id}`)).text()),
      );
      const itemsFile = join(folder, 'items.json');
      await writeFile(itemsFile, `[${[item, ...announcedItems].join()}]`);

      const peer = await startPlainServer('fastify', segmentFile, itemsFile);
      try {
        const contenders = [
          { port: portOf(url), processes: [pid, await postmasterOf(join(home, 'data'))] },
          { port: peer.port, processes: [peer.pid] },
        ] as const;
        const items = await takeTurns(contenders, [() => itemPath, () => '/items/0']);
        const manyItems = await takeTurns(contenders, [
          (index) => `/v1/media/${announced[index % ITEMS]}`,
          (index) => `/items/${1 + (index % ITEMS)}`,
        ]);
        const segments = await takeTurns(contenders, [() => segmentPath, () => '/segment']);
        const megabytes = ((segments.ours * segment.length) / 1e6).toFixed(0);
        return [
          beside(items.peer, {
            what: 'GET /v1/media/:id, 64 connections, one item',
            ours: items.ours,
            unit: '/s',
            note: `peer: plain Fastify with the same ${item.length} bytes of JSON in memory; ${items.told}`,
          }),
          beside(manyItems.peer, {
            what: `GET /v1/media/:id, 64 connections, ${ITEMS} items`,
            ours: manyItems.ours,
            unit: '/s',
            note: `items without renditions, ${announcedItems[0]?.length} bytes; peer as above, of as many addresses; ${manyItems.told}`,
          }),
          beside(segments.peer, {
            what: 'GET an HLS segment, 64 connections',
            ours: segments.ours,
            unit: '/s',
            note: `${(segment.length / 1000).toFixed(0)} kB each, ${megabytes} MB/s; peer: plain Fastify streaming the file; ${segments.told}`,
          }),
        ];
      } finally {
        await peer.stop();
      }
    });
  });

interface Contender {
  readonly port: number;
  readonly processes: readonly number[];
}

/** Round by round, so that what else the machine does falls on both; the first round warms up. */
async function takeTurns(contenders: readonly [Contender, Contender], paths: readonly [PathOf, PathOf]) {
  const turns = await Promise.all(
    contenders.map(async ({ port, processes }, index) => ({
      pool: await openPool(port, CONNECTIONS),
      processes,
      pathOf: paths[index] ?? paths[0],
      rates: [] as number[],
      p99s: [] as number[],
      costs: [] as number[],
    })),
  );
  for (let round = 0; round <= ROUNDS; round++)
    for (const { pool, processes, pathOf, rates, p99s, costs } of turns) {
      const processorBefore = await processorSeconds(processes);
      const { answers, perSecond, p99Milliseconds } = await runClosedLoop(pool, {
        seconds: round === 0 ? 1 : ROUND_SECONDS,
        expectedStatus: 200,
        requestNumber: (index) => getRequest(pathOf(index)),
      });
      if (round === 0) continue;
      rates.push(perSecond);
      p99s.push(p99Milliseconds);
      costs.push((((await processorSeconds(processes)) - processorBefore) * 1e6) / answers);
    }
  for (const { pool } of turns) pool.close();
  const [ours, peer] = turns.map(({ rates, p99s, costs }) => ({
    rate: median(rates),
    p99: median(p99s),
    cost: median(costs),
  }));
  if (!ours || !peer) throw new Error('unreachable: there are two contenders');
  return {
    ours: ours.rate,
    peer: peer.rate,
    told: `p99 ${ours.p99.toFixed(0)} ms; processor time an answer ${ours.cost.toFixed(0)} µs with PostgreSQL's, peer ${peer.cost.toFixed(0)} µs`,
  };
}

/** Path of the first media segment of the first rendition with a picture. */
async function firstSegment(url: string, masterPath: string): Promise<string> {
  const firstAddress = async (playlist: URL) => {
    const lines = (await (await fetch(playlist)).text()).split('\n');
    return new URL(lines.find((line) => line !== '' && !line.startsWith('#')) ?? '', playlist);
  };
  return (await firstAddress(await firstAddress(new URL(masterPath, url)))).pathname;
}
