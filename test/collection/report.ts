import { type Item, waitForItem } from '../e2e/support/client.js';
import { differences, shownStream } from './frames.js';
import { type Served, served } from './served.js';
import type { ways } from './ways.js';

export interface Report {
  readonly end: string;
  readonly seconds: number;
  /** What came out, for a person to read. */
  readonly found: string;
  /** What must not be. */
  readonly wrong: readonly string[];
}

interface Sending {
  readonly url: string;
  readonly file: string;
  readonly way: keyof typeof ways;
  readonly send: (url: string, file: string) => Promise<string>;
  readonly deadlineSeconds: number;
}

/** Of pictures, which 8 bits a channel hold: two encodings of the same are a few apart. */
const mostDifference = 10;

const isOver = (item: Item): boolean =>
  item.status === 'failed' ||
  (item.steps.length > 0 &&
    item.steps.every(({ status }) => !['queued', 'running', 'retrying'].includes(status)));

/** Sends a file, waits until nothing more is to be done with it, and looks at what came out. */
export async function reportOn({ url, file, send, deadlineSeconds }: Sending): Promise<Report> {
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1000;
  try {
    const item = await waitForItem(url, await send(url, file), isOver, deadlineSeconds);
    const took = seconds();
    if (item.status === 'failed')
      return {
        ...{ end: `failed ${item.failure?.code}`, seconds: took, found: '' },
        wrong: item.failure?.code && item.failure.code !== 'internal' ? [] : ['it has no reason'],
      };
    const failed = item.steps.filter(({ status }) => status === 'failed').map(({ step }) => `${step} failed`);
    if (!item.playbackUrl)
      return { end: item.status, seconds: took, found: item.moderation?.explanation ?? '', wrong: failed };
    const outcome = await served(new URL(item.playbackUrl, url).href);
    const apart = await differences(file, await shownStream(file, item), new URL(item.playbackUrl, url).href);
    return {
      ...{ end: item.status, seconds: took, found: describe(item, outcome, apart) },
      wrong: [...failed, ...wrongWith(item, outcome, apart)],
    };
  } catch (error) {
    return { end: 'no end', seconds: seconds(), found: '', wrong: [String(error).slice(0, 200)] };
  }
}

const describe = (item: Item, { streams, durationSeconds }: Served, apart: readonly number[]): string =>
  [
    `${item.durationSeconds.toFixed(2)} s (${durationSeconds.toFixed(2)} served)`,
    ...streams,
    `frames differ by ${apart.map((difference) => difference.toFixed(1)).join(' ')}`,
  ].join(', ');

function wrongWith(item: Item, outcome: Served, apart: readonly number[]): string[] {
  const tolerance = Math.max(0.3, item.durationSeconds * 0.02);
  return [
    ...outcome.wrong,
    ...(Math.abs(outcome.durationSeconds - item.durationSeconds) > tolerance
      ? ['its length is not served']
      : []),
    ...(item.posterUrl ? [] : ['it has no poster']),
    ...(apart.some((difference) => difference > mostDifference) ? ["frames are not the source's"] : []),
  ];
}
