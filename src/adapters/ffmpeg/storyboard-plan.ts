import type { VideoStreamProbe } from '../../core/media-probe.js';
import { fitInSquare, type Size } from './picture-size.js';

export interface StoryboardPlan {
  readonly intervalSeconds: number;
  readonly tileCount: number;
  readonly tile: Size;
  readonly columns: number;
  readonly rows: number;
  /** Decode keyframes only: a full decode of a long film would take minutes for pictures of a thumb's size. */
  readonly keyframesOnly: boolean;
}

const usualIntervalSeconds = 2;
/** Short clips get tiles closer together. */
const fewTiles = 10;
const shortestIntervalSeconds = 0.2;
const mostTiles = 300;
const sheetSide = 10;
const tileSidePixels = 160;
/**
 * Up to here every tile is the picture of its very time: to decode ten minutes of 1080p takes 84 s of one core, a
 * twentieth of what its ladder takes. Keyframes alone take a second, and may lie 10 s before the time.
 */
const longestFullDecodeSeconds = 600;

/** How many tiles, how far apart, how laid out. Equal parts of the duration, so that the last tile is never beyond it. */
export function planStoryboard(video: VideoStreamProbe, durationSeconds: number): StoryboardPlan {
  const short = Math.min(fewTiles, Math.floor(durationSeconds / shortestIntervalSeconds));
  const long = Math.min(mostTiles, Math.floor(durationSeconds / usualIntervalSeconds));
  const tileCount = Math.max(1, short, long);
  const columns = Math.min(sheetSide, tileCount);
  return {
    intervalSeconds: Math.max(0.001, Math.round((durationSeconds / tileCount) * 1000) / 1000),
    tileCount,
    tile: fitInSquare(video, tileSidePixels),
    columns,
    rows: Math.min(sheetSide, Math.ceil(tileCount / columns)),
    keyframesOnly: durationSeconds > longestFullDecodeSeconds,
  };
}

/**
 * Whether so few keyframes were found that a viewer would see nothing move: the tiles between two of them repeat the
 * first. Then it is worth the decoding of everything.
 */
export const hasFewPictures = (plan: StoryboardPlan, miniatures: readonly Uint8Array[]): boolean =>
  plan.keyframesOnly &&
  new Set(miniatures.map((pixels) => Buffer.from(pixels).toString('latin1'))).size < fewTiles;
