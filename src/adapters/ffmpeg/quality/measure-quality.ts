import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MeasuredQuality, QualityRequest, RungQuality } from '../../../core/quality-tools.js';
import type { Rung } from '../../../core/video-tools.js';
import { rateOf, timeOf } from '../chunks/chunk-frames.js';
import { canToneMap } from '../colour-plan.js';
import { decodedWithErrors } from '../decode-errors.js';
import { largestSegmentBytes } from '../hls-arguments.js';
import { evenSize } from '../picture-size.js';
import { isOfPlace } from '../seek-frame.js';
import type { Toolbox } from '../toolbox.js';
import { shownPixels } from '../wall-clock.js';
import { type Comparison, comparisonArguments, figuresName, frameTotal } from './quality-arguments.js';
import { cutPiece, type ListedRendition, listRendition } from './rendition-pieces.js';
import { framesOfSample, planSamples, type Sample } from './sample-places.js';

/** How far ahead of a sample to go in, in the order tried: filters that look at neighbours want a few frames before it. */
const leadsSeconds = [2, 15] as const;

/** Of each sample the means of all rungs, in their order; undefined of one that could not be had. */
type Figures = ReadonlyMap<Sample, readonly number[]>;

/** The port's `measureQuality`. */
export async function measureQuality(toolbox: Toolbox, request: QualityRequest): Promise<MeasuredQuality> {
  const { renditions, video } = request;
  const rungs = renditions.map(({ rung }) => rung);
  const shown = rungs.reduce((best, rung) => (rung.width > best.width ? rung : best));
  const rate = rateOf(shown);
  const listed = await Promise.all(renditions.map((rendition) => listRendition(rendition, rate)));
  const segments = listed.find(({ rung }) => rung === shown)?.segments ?? [];
  const { samples, isOnePass } = planSamples(segments, rate, video.longestSeekSeconds);
  const toneMapping = canToneMap((await toolbox.find('ffmpeg')).filters);
  const compared = { toolbox, request, shown, listed, toneMapping };
  const figures = new Map<Sample, readonly number[]>();
  for (const together of isOnePass ? [samples] : samples.map((sample) => [sample]))
    for (const [sample, means] of together.length > 0 ? await compare(compared, together, isOnePass) : [])
      figures.set(sample, means);
  const seen = samples.filter((sample) => figures.has(sample));
  const secondsOf = ({ firstFrame }: Sample) => Math.round(timeOf(firstFrame, rate) * 1000) / 1000;
  return {
    ...evenSize(shown),
    samplesAtSeconds: seen.map(secondsOf),
    framesEach: framesOfSample,
    rungs: rungs.map((rung, index) => qualityOf(rung, index, figures, secondsOf)),
  };
}

interface Compared {
  readonly toolbox: Toolbox;
  readonly request: QualityRequest;
  readonly shown: Rung;
  readonly listed: readonly ListedRendition[];
  readonly toneMapping: boolean;
}

async function compare(compared: Compared, samples: readonly Sample[], isOnePass: boolean): Promise<Figures> {
  const { request, shown, listed } = compared;
  const folder = await mkdtemp(join(request.workFolder, 'compare-'));
  try {
    const pieces = await Promise.all(listed.map((rendition) => cutPiece(rendition, samples, folder)));
    const whole = pieces.filter((piece) => piece !== undefined);
    // Renditions that do not have the same frames have nothing to be compared at.
    if (whole.length < pieces.length) return new Map();
    const startSeconds = timeOf(samples[0]?.firstFrame ?? 0, rateOf(shown));
    for (const lead of isOnePass ? [startSeconds] : leadsSeconds) {
      const seekSeconds = Math.max(0, startSeconds - lead);
      const comparison = { ...compared, samples, pieces: whole, seekSeconds };
      const figures = await run(compared, comparison, folder);
      if (figures) return figures;
      if (seekSeconds === 0) break;
    }
    return new Map();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Undefined where what was read may not be what the film shows. */
async function run(
  { toolbox, request }: Compared,
  comparison: Comparison,
  folder: string,
): Promise<Figures | undefined> {
  const { samples, pieces, seekSeconds, shown } = comparison;
  const rungs = pieces.map(({ rung }) => rung);
  try {
    const { stderr } = await toolbox.run('ffmpeg', {
      ...{ inputPath: request.inputPath, signal: request.signal, workFolder: folder },
      arguments: comparisonArguments(comparison),
      pixels: shownPixels(request.video, request.durationSeconds),
      maximumOutputBytes: 0,
      maximumFileBytes: samples.length * largestSegmentBytes(rungs),
      maximumInFolder: { bytes: rungs.length * samples.length * largestSegmentBytes(rungs), entries: 100 },
    });
    const startSeconds = timeOf(samples[0]?.firstFrame ?? 0, rateOf(shown));
    if (seekSeconds > 0 && !beganBefore(stderr, startSeconds)) return undefined;
  } catch (error) {
    if (request.signal.aborted || !isOfPlace(error)) throw error;
    return undefined;
  }
  const ofRungs = await Promise.all(
    rungs.map(async (rung) =>
      figuresIn(await readFile(join(folder, figuresName(rung)), 'utf8').catch(() => '')),
    ),
  );
  // A film that ends sooner than its renditions has not been read as they were.
  return ofRungs.every((figures) => figures.length === frameTotal(samples))
    ? meansOf(samples, ofRungs)
    : undefined;
}

/** Whether a log tells that decoding began with a keyframe that is shown before a time, and met with no damage. */
export function beganBefore(log: string, seconds: number): boolean {
  const first = /^\[showinfo@first [^\n]*pts_time:\s*(-?[\d.]+)/m.exec(log)?.[1];
  return first !== undefined && Number(first) <= seconds && !decodedWithErrors(log);
}

/** Of all planes together, frame by frame, as `ssim` writes them. */
export const figuresIn = (listing: string): readonly number[] =>
  [...listing.matchAll(/^n:\d+ .*\bAll:([\d.]+)/gm)].map(([, all]) => Number(all));

function meansOf(samples: readonly Sample[], ofRungs: readonly (readonly number[])[]): Figures {
  let end = 0;
  return new Map(
    samples.map((sample) => {
      const start = end;
      end += sample.frameCount;
      return [sample, ofRungs.map((figures) => meanOf(figures.slice(start, end)))];
    }),
  );
}

const meanOf = (numbers: readonly number[]): number =>
  numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

const rounded = (ssim: number): number => Math.round(ssim * 1e5) / 1e5;

function qualityOf(
  { name }: Rung,
  index: number,
  figures: Figures,
  secondsOf: (sample: Sample) => number,
): RungQuality {
  const means = [...figures].map(([sample, ofRungs]) => ({ sample, ssim: ofRungs[index] ?? 0 }));
  const [worst] = means.toSorted((a, b) => a.ssim - b.ssim);
  if (!worst) return { name, ssim: null, worstSsim: null, worstAtSeconds: null };
  return {
    ...{ name, ssim: rounded(meanOf(means.map(({ ssim }) => ssim))) },
    ...{ worstSsim: rounded(worst.ssim), worstAtSeconds: secondsOf(worst.sample) },
  };
}
