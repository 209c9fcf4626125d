import type { LadderRung, Probe } from './media-values.js';

/** Apple's HLS authoring ladder, by the short side, so that portrait video gets the same rungs as landscape. */
const STANDARD_RUNGS: readonly { readonly shortSide: number; readonly bitrateBps: number }[] = [
  { shortSide: 234, bitrateBps: 145_000 },
  { shortSide: 360, bitrateBps: 365_000 },
  { shortSide: 432, bitrateBps: 1_100_000 },
  { shortSide: 540, bitrateBps: 2_000_000 },
  { shortSide: 720, bitrateBps: 4_500_000 },
  { shortSide: 1080, bitrateBps: 7_800_000 },
];

/** H.264 level 4.2 takes 8,704 macroblocks a frame; this is 8,160, and leaves room for those cut at the edges. */
const MAXIMUM_PIXELS = 1920 * 1088;
/** Level 4.2 takes 263 macroblocks along a side, which is 4,208. */
const MAXIMUM_SIDE_PIXELS = 4096;
const MAXIMUM_FRAME_RATE = 60;
const MINIMUM_FRAME_RATE = 1;
/** Frames that are encoded for each that is there, at the most, beyond those of ten minutes at 60 a second. */
const MOST_COPIES = 20;
const FRAMES_ALWAYS_AFFORDED = 36_000;
/** Below this ratio a rung of the source's own size takes the place of the highest standard one. */
const CLOSE = 1.25;
/** How much more H.264 needs for what a newer codec shows. */
const CODEC_FACTOR: Readonly<Record<string, number>> = { hevc: 1.6, vp9: 1.5, av1: 1.9 };

type Video = NonNullable<Probe['video']>;

/** The nearest even size that is not above the source's. */
const even = (value: number, sourceSize: number): number =>
  Math.max(2, Math.min(Math.round(value / 2) * 2, Math.floor(sourceSize / 2) * 2));

/** Bitrate for a size between two standard rungs: linear in the short side. */
function bitrateFor(shortSide: number): number {
  const above = STANDARD_RUNGS.find((rung) => rung.shortSide >= shortSide);
  const below = STANDARD_RUNGS.findLast((rung) => rung.shortSide <= shortSide);
  if (!above) return below?.bitrateBps ?? 0;
  if (!below || above === below) return above.bitrateBps;
  const share = (shortSide - below.shortSide) / (above.shortSide - below.shortSide);
  return Math.round(below.bitrateBps + share * (above.bitrateBps - below.bitrateBps));
}

function shortSides(source: number): number[] {
  const fitting = STANDARD_RUNGS.map((rung) => rung.shortSide).filter((side) => side <= source);
  const highest = fitting.at(-1);
  if (highest === undefined) return [source];
  if (source === highest || highest === 1080) return fitting;
  return source / highest < CLOSE ? [...fitting.slice(0, -1), source] : [...fitting, source];
}

/**
 * Halved until it is at most 60, so that every kept frame is one of the source's; at least one a second, so that pictures
 * that stand long still change in time. What is encoded stays in proportion to what is there: a few frames strewn over
 * hours are not filled up with copies at the rate of the fastest of them.
 */
function outputFrameRate({ frameRate, frameCount, durationSeconds }: Video): number {
  let rate = frameRate > 0 && Number.isFinite(frameRate) ? frameRate : 25;
  while (rate > MAXIMUM_FRAME_RATE) rate /= 2;
  const most =
    frameCount && durationSeconds
      ? (frameCount * MOST_COPIES + FRAMES_ALWAYS_AFFORDED) / durationSeconds
      : MAXIMUM_FRAME_RATE;
  return Math.min(Math.max(rate, MINIMUM_FRAME_RATE), Math.max(most, MINIMUM_FRAME_RATE));
}

/** The source's size, scaled down to what one frame may have at the most. */
function fittedSize({ width, height }: Video): { readonly width: number; readonly height: number } {
  const scale = Math.min(
    1,
    Math.sqrt(MAXIMUM_PIXELS / (width * height)),
    MAXIMUM_SIDE_PIXELS / Math.max(width, height),
  );
  return { width: width * scale, height: height * scale };
}

/**
 * The rungs an item is transcoded to, lowest first: never above the source in size or (allowing for its codec) in
 * bitrate, always at least one. `sourceBitrateBps` is null where it is not known.
 */
export function planLadder(video: Video, sourceBitrateBps: number | null): LadderRung[] {
  const fitted = fittedSize(video);
  const fittedShortSide = Math.min(fitted.width, fitted.height);
  const ceiling = sourceBitrateBps
    ? sourceBitrateBps * (CODEC_FACTOR[video.codec] ?? 1.1)
    : Number.POSITIVE_INFINITY;
  const frameRate = outputFrameRate(video);
  return shortSides(Math.max(1, Math.floor(fittedShortSide))).map((shortSide) => {
    const scale = Math.min(1, shortSide / fittedShortSide);
    const bitrateBps = Math.round(Math.max(100_000, Math.min(bitrateFor(shortSide), ceiling)));
    return {
      name: `${shortSide}p`,
      width: even(fitted.width * scale, video.width),
      height: even(fitted.height * scale, video.height),
      frameRate,
      bitrateBps,
      peakBitrateBps: bitrateBps * 2,
    };
  });
}
