import { createReadStream } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isSettled, waitForItem } from '../e2e/support/client.js';
import { median } from './event-store/statistics.js';
import { type BenchRow, beside } from './support/bench-row.js';
import { clipOf480p } from './support/clip.js';
import { getRequest } from './support/http-connection.js';
import { openPool, runClosedLoop } from './support/load.js';
import { sendMultipart } from './support/send-multipart.js';
import { startPlainServer } from './support/start-plain-server.js';
import { inFolder, portOf, withProduct } from './support/with-product.js';

const CONNECTIONS = 64;
const ROUNDS = 5;
const ROUND_SECONDS = 2;

/** What the query API answers in a second, beside a server that has the same answers at hand. */
export const benchQueries = (): Promise<BenchRow[]> =>
  inFolder(async (folder) => {
    const clip = await clipOf480p(folder);
    return withProduct(clip.environment, async ({ url }) => {
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

      const peer = await startPlainServer('fastify', segmentFile, item);
      try {
        const ports = [portOf(url), peer.port] as const;
        const items = await takeTurns(ports, [itemPath, '/item']);
        const segments = await takeTurns(ports, [segmentPath, '/segment']);
        const megabytes = ((segments.ours * segment.length) / 1e6).toFixed(0);
        return [
          beside(items.peer, {
            what: 'GET /v1/media/:id, 64 connections',
            ours: items.ours,
            unit: '/s',
            note: `peer: plain Fastify with the same ${item.length} bytes of JSON in memory; p99 ${items.p99.toFixed(0)} ms`,
          }),
          beside(segments.peer, {
            what: 'GET an HLS segment, 64 connections',
            ours: segments.ours,
            unit: '/s',
            note: `${(segment.length / 1000).toFixed(0)} kB each, ${megabytes} MB/s; peer: plain Fastify streaming the file; p99 ${segments.p99.toFixed(0)} ms`,
          }),
        ];
      } finally {
        await peer.stop();
      }
    });
  });

/** Round by round, so that what else the machine does falls on both; the first round warms up. */
async function takeTurns(ports: readonly [number, number], paths: readonly [string, string]) {
  const [ours, peer] = await Promise.all(ports.map((port) => openPool(port, CONNECTIONS)));
  if (!ours || !peer) throw new Error('unreachable: there are two ports');
  const figures = { ours: [] as number[], peer: [] as number[], p99: [] as number[] };
  for (let round = 0; round <= ROUNDS; round++) {
    const load = (path: string) => ({
      seconds: round === 0 ? 1 : ROUND_SECONDS,
      expectedStatus: 200,
      requestNumber: () => getRequest(path),
    });
    const our = await runClosedLoop(ours, load(paths[0]));
    const their = await runClosedLoop(peer, load(paths[1]));
    if (round === 0) continue;
    figures.ours.push(our.perSecond);
    figures.peer.push(their.perSecond);
    figures.p99.push(our.p99Milliseconds);
  }
  ours.close();
  peer.close();
  return { ours: median(figures.ours), peer: median(figures.peer), p99: median(figures.p99) };
}

/** Path of the first media segment of the first rendition with a picture. */
async function firstSegment(url: string, masterPath: string): Promise<string> {
  const firstAddress = async (playlist: URL) => {
    const lines = (await (await fetch(playlist)).text()).split('\n');
    return new URL(lines.find((line) => line !== '' && !line.startsWith('#')) ?? '', playlist);
  };
  return (await firstAddress(await firstAddress(new URL(masterPath, url)))).pathname;
}
