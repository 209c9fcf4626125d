import { randomUUID } from 'node:crypto';
import { openS3BlobStore } from '../../src/adapters/s3/s3-blob-store.js';
import type { S3Place } from '../../src/adapters/s3/s3-client.js';
import { engine } from '../support/engines.js';
import { runTypeScript } from '../support/typescript-process.js';
import { median } from './event-store/statistics.js';
import { aimedAt, type BenchRow, beside, within } from './support/bench-row.js';

/** `S3_MEBIBYTES`: another size. */
const SIZE_BYTES = Number(process.env.S3_MEBIBYTES ?? 2048) * 1024 ** 2;
const ROUNDS = 3;
const GROWTH_LIMIT_MEGABYTES = 150;
const LEAST_RATIO = 0.8;

type Who = keyof typeof WAYS | 'peer';

interface UploadFigures {
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly grownMegabytes: number;
}

/** How files come in, by what they are called here. */
const WAYS = {
  whole: {
    inOne: 'in one request',
    note: 'hashed (SHA-256), and parts of where it will lie from the first byte on',
  },
  resumable: {
    inOne: 'resumable (tus)',
    note: 'hashed (SHA-256), in pieces with which any process could go on, which the server copies together',
  },
} as const;

/** A large file into the S3 server that runs, beside the SDK's own way to do it. */
export async function benchS3(): Promise<BenchRow[]> {
  const { S3_ENDPOINT, S3_BUCKET, ...keys } = engine('s3');
  Object.assign(process.env, keys);
  const place: S3Place = { endpoint: S3_ENDPOINT, bucket: S3_BUCKET, prefix: `bench-${randomUUID()}/` };
  const figures: Record<Who, UploadFigures[]> = { whole: [], resumable: [], peer: [] };
  const store = await openS3BlobStore(place);
  for (let round = 0; round < ROUNDS; round += 1)
    for (const who of ['whole', 'peer', 'resumable'] as const) {
      figures[who].push(await uploadOnce(who, place, keys));
      await store.remove('media/bench');
    }
  store.close();
  return [...rowsOf('whole', figures), ...rowsOf('resumable', figures)];
}

function rowsOf(
  way: keyof typeof WAYS,
  figures: Readonly<Record<Who, readonly UploadFigures[]>>,
): BenchRow[] {
  const [ours, peers] = [figures[way], figures.peer];
  const middle = (rounds: readonly UploadFigures[], field: keyof UploadFigures) =>
    median(rounds.map((round) => round[field]));
  const rate = (rounds: readonly UploadFigures[]) => SIZE_BYTES / 1e6 / middle(rounds, 'seconds');
  const most = (rounds: readonly UploadFigures[]) =>
    Math.max(...rounds.map(({ grownMegabytes }) => grownMegabytes));
  const what = `${SIZE_BYTES / 1024 ** 3} GiB into S3, ${WAYS[way].inOne}`;
  return [
    aimedAt(
      { atLeast: LEAST_RATIO },
      beside(rate(peers), {
        what: `${what}: rate`,
        ours: rate(ours),
        unit: 'MB/s',
        note: `${WAYS[way].note}, median of ${ROUNDS}; peer: the SDK's Upload, which hashes no whole`,
      }),
    ),
    beside(middle(peers, 'processorSeconds'), {
      what: `${what}: CPU`,
      ours: middle(ours, 'processorSeconds'),
      unit: 's',
      note: `of the process that uploads, median of ${ROUNDS}; peer: the SDK's Upload`,
    }),
    within(GROWTH_LIMIT_MEGABYTES, {
      what: `${what}: growth of memory`,
      ours: most(ours),
      unit: 'MB',
      note: `peak of resident memory, most of ${ROUNDS}; peer ${most(peers).toFixed(0)} MB`,
    }),
  ];
}

async function uploadOnce(
  who: Who,
  place: S3Place,
  keys: Readonly<Record<string, string>>,
): Promise<UploadFigures> {
  const script = new URL('./s3/upload-once.ts', import.meta.url);
  const { readJsonLine, ended } = runTypeScript(script, [who, String(SIZE_BYTES), JSON.stringify(place)], {
    env: { PATH: process.env.PATH ?? '', ...keys },
  });
  const figures = await readJsonLine<UploadFigures>();
  if ((await ended) !== 0 || !figures) throw new Error(`The upload (${who}) failed`);
  return figures;
}
