import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { getJson, isSettled, waitForItem } from '../e2e/support/client.js';
import type { Product } from '../e2e/support/product.js';
import { median } from './event-store/statistics.js';
import { type BenchRow, within } from './support/bench-row.js';
import { type Clip, clipOf480p } from './support/clip.js';
import { processorSeconds } from './support/processes.js';
import { sendMultipart } from './support/send-multipart.js';
import { inFolder, withProduct } from './support/with-product.js';

const LIMIT_SECONDS = 8;
const DEADLINE_SECONDS = 120;
const POLL_MILLISECONDS = 20;
const WARM_ROUNDS = 3;

const STAGES = [
  'acknowledged',
  'probed',
  'poster',
  'first rendition',
  'moderated',
  'published',
  'playable',
  'all done',
  'processor time',
] as const;
type Stages = Readonly<Record<(typeof STAGES)[number], number>>;

/** From the first byte of an upload until the playlist of the item answers: with the models still to be loaded, and later. */
export const benchPlayable = (): Promise<BenchRow[]> =>
  inFolder(async (folder) => {
    const clip = await clipOf480p(folder);
    const { first, later } = await withProduct(clip.environment, async (product) => {
      const first = await uploadAndWatch(product, clip);
      const later: Stages[] = [];
      while (later.length < WARM_ROUNDS) later.push(await uploadAndWatch(product, clip));
      return { first, later };
    });
    const middle = Object.fromEntries(
      STAGES.map((stage) => [stage, median(later.map((stages) => stages[stage]))]),
    ) as Stages;
    return [
      within(LIMIT_SECONDS, {
        what: 'upload to playable, 30 s of 480p, first after start',
        ours: first.playable,
        unit: 's',
        note: `${clip.name}; ${told(first)}`,
      }),
      within(LIMIT_SECONDS, {
        what: 'upload to playable, 30 s of 480p',
        ours: middle.playable,
        unit: 's',
        note: `${clip.name}; median of ${WARM_ROUNDS}; ${told(middle)}`,
      }),
    ];
  });

const told = (stages: Stages): string =>
  STAGES.map((stage) => `${stage} ${stages[stage].toFixed(1)}`).join(', ');

async function uploadAndWatch({ url, pid }: Product, { path }: Clip): Promise<Stages> {
  const processorBefore = await processorSeconds([pid]);
  const sentAt = Date.now();
  const { mediaId } = await sendMultipart<{ mediaId: string }>(`${url}/v1/media`, {
    filename: 'clip.mp4',
    sizeBytes: (await stat(path)).size,
    bytes: createReadStream(path),
  });
  const acknowledged = (Date.now() - sentAt) / 1000;
  await untilPlayable(`${url}/v1/media/${mediaId}/hls/master.m3u8`);
  const playable = (Date.now() - sentAt) / 1000;
  await waitForItem(url, mediaId, isSettled, DEADLINE_SECONDS);

  const { items: events } = await getJson<{ items: { type: string; occurredAt: string }[] }>(
    `${url}/v1/media/${mediaId}/history`,
  );
  const secondsTo = (event: { readonly occurredAt: string } | undefined) =>
    event ? (Date.parse(event.occurredAt) - sentAt) / 1000 : Number.NaN;
  const firstOf = (type: string) => secondsTo(events.find((event) => event.type === type));
  return {
    acknowledged,
    playable,
    probed: firstOf('MediaProbed'),
    poster: firstOf('PosterGenerated'),
    'first rendition': firstOf('RenditionCompleted'),
    moderated: firstOf('ModerationDecided'),
    published: firstOf('MediaPublished'),
    'processor time': (await processorSeconds([pid])) - processorBefore,
    'all done': secondsTo(events.findLast(({ type }) => type === 'StepCompleted')),
  };
}

async function untilPlayable(playlist: string): Promise<void> {
  const deadline = Date.now() + DEADLINE_SECONDS * 1000;
  for (;;) {
    const response = await fetch(playlist);
    await response.arrayBuffer();
    if (response.ok) return;
    if (Date.now() > deadline)
      throw new Error(`Not playable after ${DEADLINE_SECONDS} s: ${response.status}`);
    await delay(POLL_MILLISECONDS);
  }
}
