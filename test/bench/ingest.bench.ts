import { randomFillSync } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { median } from './event-store/statistics.js';
import { type BenchRow, beside, within } from './support/bench-row.js';
import { ownProcessorSeconds, peakMegabytes, resetPeak, residentMegabytes } from './support/processes.js';
import { sendMultipart } from './support/send-multipart.js';
import { createTusSender } from './support/send-tus.js';
import { startPlainServer } from './support/start-plain-server.js';
import { inFolder, withProduct } from './support/with-product.js';

const PATCH_BYTES = 16 * 1024 ** 2;
const CHUNK_BYTES = 1024 ** 2;
/** `INGEST_MEBIBYTES`: another size, in multiples of a patch. */
const SIZE_BYTES = Math.max(1, Math.round(Number(process.env.INGEST_MEBIBYTES ?? 2048) / 16)) * PATCH_BYTES;
const SIZE_GIBIBYTES = SIZE_BYTES / 1024 ** 3;
const ROUNDS = 3;
const GROWTH_LIMIT_MEGABYTES = 100;
const LEAST_RATIO = 0.85;
const PROCESSOR_SECONDS_A_GIBIBYTE = 4.5;

const block = randomFillSync(Buffer.alloc(PATCH_BYTES));

/** Random bytes that no layer can make less of, from memory, so that no disk slows the sender. */
async function* bytesOf(sizeBytes: number): AsyncIterable<Uint8Array> {
  for (let sent = 0; sent < sizeBytes; sent += CHUNK_BYTES) {
    const start = sent % PATCH_BYTES;
    yield block.subarray(start, start + Math.min(CHUNK_BYTES, sizeBytes - sent));
  }
}

const largeFile = () => ({ filename: 'large.mp4', sizeBytes: SIZE_BYTES, bytes: bytesOf(SIZE_BYTES) });

interface Protocol {
  readonly name: string;
  sendToProduct(url: string): Promise<unknown>;
  /** The same requests, to a server that does no more than take, hash and sync their bodies. */
  sendToPeer(url: string): Promise<unknown>;
}

const protocols: readonly Protocol[] = [
  {
    name: 'multipart',
    sendToProduct: (url) => sendMultipart(`${url}/v1/media`, largeFile()),
    sendToPeer: (url) => sendMultipart(url, largeFile()),
  },
  {
    name: 'tus, patches of 16 MiB',
    sendToProduct: (url) => sendByTus(url, (sender) => sender.create('/v1/uploads', SIZE_BYTES, 'large.mp4')),
    sendToPeer: (url) => sendByTus(url, async () => '/'),
  },
];

async function sendByTus(
  url: string,
  locate: (sender: ReturnType<typeof createTusSender>) => Promise<string>,
): Promise<void> {
  const sender = createTusSender(url);
  const location = await locate(sender);
  for (let offset = 0; offset < SIZE_BYTES; offset += PATCH_BYTES)
    await sender.patch(location, offset, block);
  sender.close();
}

interface Ingestion {
  readonly megabytesPerSecond: number;
  /** Of the server's process alone, from the first byte sent to the acknowledgement. */
  readonly processorSeconds: number;
  readonly grownMegabytes: number;
  readonly baseMegabytes: number;
}

/** Two gigabytes by either protocol: how fast and at what cost, beside a plain server, and how far memory grows. */
export const benchIngest = (): Promise<BenchRow[]> =>
  inFolder(async (folder) => {
    const rows: BenchRow[] = [];
    for (const protocol of protocols) {
      const ours: Ingestion[] = [];
      const peers: Ingestion[] = [];
      // In turns, so that what the disk and the machine do else falls on both.
      for (let round = 0; round < ROUNDS; round++) {
        ours.push(await ourIngestion(protocol));
        peers.push(await peerIngestion(protocol, join(folder, 'received')));
      }
      rows.push(...rowsOf(protocol.name, middleOf(ours), middleOf(peers)));
    }
    return rows;
  });

const middleOf = (rounds: readonly Ingestion[]): Ingestion => {
  const middle = (field: keyof Ingestion) => median(rounds.map((round) => round[field]));
  return {
    megabytesPerSecond: middle('megabytesPerSecond'),
    processorSeconds: middle('processorSeconds'),
    grownMegabytes: Math.max(...rounds.map((round) => round.grownMegabytes)),
    baseMegabytes: middle('baseMegabytes'),
  };
};

function rowsOf(protocol: string, ours: Ingestion, peer: Ingestion): BenchRow[] {
  const what = `${SIZE_GIBIBYTES} GiB upload, ${protocol}`;
  return [
    within(GROWTH_LIMIT_MEGABYTES, {
      what: `${what}: growth of memory`,
      ours: ours.grownMegabytes,
      unit: 'MB',
      note: `peak of resident memory over ${ours.baseMegabytes.toFixed(0)} MB before, most of ${ROUNDS}; peer ${peer.grownMegabytes.toFixed(0)} MB`,
    }),
    {
      ...beside(peer.megabytesPerSecond, {
        what: `${what}: rate`,
        ours: ours.megabytesPerSecond,
        unit: 'MB/s',
        note: `to the acknowledgement, median of ${ROUNDS}; peer: plain node:http that hashes (SHA-256) and syncs the same requests`,
      }),
      target: { atLeast: LEAST_RATIO },
    },
    within(PROCESSOR_SECONDS_A_GIBIBYTE * SIZE_GIBIBYTES, {
      what: `${what}: processor time`,
      ours: ours.processorSeconds,
      unit: 's',
      note: `user and system of the server's process, median of ${ROUNDS}; peer ${peer.processorSeconds.toFixed(1)} s`,
    }),
  ];
}

async function peerIngestion(protocol: Protocol, file: string): Promise<Ingestion> {
  const server = await startPlainServer('receiver', file);
  try {
    return await measured(server.pid, () => protocol.sendToPeer(`http://127.0.0.1:${server.port}/`));
  } finally {
    await server.stop();
    await rm(file, { force: true });
  }
}

/** On a server of its own: what an earlier upload left in memory would hide what this one needs. */
const ourIngestion = (protocol: Protocol): Promise<Ingestion> =>
  withProduct({}, ({ url, pid }) => measured(pid, () => protocol.sendToProduct(url)));

async function measured(pid: number, send: () => Promise<unknown>): Promise<Ingestion> {
  await resetPeak(pid);
  const baseMegabytes = await residentMegabytes(pid);
  const processorBefore = await ownProcessorSeconds(pid);
  const startedAt = performance.now();
  await send();
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    megabytesPerSecond: SIZE_BYTES / 1e6 / seconds,
    processorSeconds: (await ownProcessorSeconds(pid)) - processorBefore,
    grownMegabytes: (await peakMegabytes(pid)) - baseMegabytes,
    baseMegabytes,
  };
}
