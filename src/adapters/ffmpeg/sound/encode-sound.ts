import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SoundMeasurement, SoundRequest, SoundRung, SoundTools } from '../../../core/sound-tools.js';
import { makeFolders } from '../../../files/make-folders.js';
import { finishPlaylist } from '../finish-playlist.js';
import { readRendition } from '../hls-renditions.js';
import { checkOutput, type ItemLimits, mostOfLadder } from '../item-limits.js';
import type { Toolbox } from '../toolbox.js';
import { encodeArguments, encodedName, packageArguments } from './encode-arguments.js';
import { type EncodedLevel, firstLevel, type Level, nextLevel } from './level.js';
import { loudnessIn } from './loudness.js';
import { servedForm } from './served-form.js';
import { largestSoundBytes, soundWallClock } from './sound-limits.js';

const downloadName = 'audio.m4a';
const mostTries = 8;
/** Most are right at the first try; how many more it takes nobody knows before. */
const firstTryShare = 0.8;

type Request = SoundRequest & {
  readonly rungs: readonly SoundRung[];
  readonly measurement: SoundMeasurement;
};

interface Encoded extends EncodedLevel {
  readonly rung: SoundRung;
  readonly level: Level;
}

/** The port's `encodeSound`. */
export async function encodeSound(
  toolbox: Toolbox,
  itemLimits: ItemLimits,
  request: Request,
): ReturnType<SoundTools['encodeSound']> {
  const { outputFolder, rungs, measurement } = request;
  checkOutput(outputOf(request), itemLimits);
  await Promise.all(rungs.map(({ name }) => makeFolders(join(outputFolder, name))));
  const encoded = await encodeAll(toolbox, itemLimits, request);
  await Promise.all(rungs.map(({ name }) => finishPlaylist(join(outputFolder, name))));
  const renditions = await Promise.all(rungs.map(({ name }) => readRendition(outputFolder, name, 'audio')));
  const best = encoded.reduce((one, other) => (other.rung.bitrateBps > one.rung.bitrateBps ? other : one));
  await rename(join(outputFolder, encodedName(best.rung)), join(outputFolder, downloadName));
  await Promise.all(rungs.map((rung) => rm(join(outputFolder, encodedName(rung)), { force: true })));
  const { level, integratedLufs, truePeakDbtp } = best;
  return {
    renditions,
    download: {
      name: downloadName,
      details: {
        durationSeconds: measurement.durationSeconds,
        gainDb: level.gainDb,
        isLimited: level.ceilingDbtp !== null,
        ...{ integratedLufs, truePeakDbtp },
      },
    },
  };
}

/** Encodes until every rung is as loud as it is to be, and again only those that are not. */
async function encodeAll(
  toolbox: Toolbox,
  itemLimits: ItemLimits,
  request: Request,
): Promise<readonly Encoded[]> {
  const { measurement } = request;
  const done: Encoded[] = [];
  let level = firstLevel(measurement);
  let left = request.rungs;
  for (let tries = 1; ; tries += 1) {
    const encoding = { ...request, onProgress: progressOfTry(request, tries) };
    await encode(toolbox, itemLimits, encoding, left, level);
    const encoded: Encoded[] = await Promise.all(
      left.map(async (rung) => ({ rung, level, ...(await segment(toolbox, itemLimits, request, rung)) })),
    );
    const next = encoded.map((each) =>
      tries >= mostTries ? undefined : nextLevel(level, each, measurement, tries),
    );
    done.push(...encoded.filter((_, index) => next[index] === undefined));
    left = left.filter((_, index) => next[index] !== undefined);
    const levels = next.filter((each) => each !== undefined);
    if (levels.length === 0) return done;
    level = lowestOf(levels);
  }
}

/** Each further try takes half of what is left, so that none stands still and none goes back. */
export function progressOfTry(
  { onProgress }: Pick<Request, 'onProgress'>,
  tries: number,
): Request['onProgress'] {
  const left = tries === 1 ? 1 : (1 - firstTryShare) / 2 ** (tries - 2);
  const share = tries === 1 ? firstTryShare : left / 2;
  return ({ fraction }) => onProgress({ fraction: 1 - left + fraction * share });
}

/** Of several, what is right for the loudest peaks; whoever needs more gets it in a try of its own. */
const lowestOf = (levels: readonly Level[]): Level =>
  levels.reduce((lowest, level) =>
    (level.ceilingDbtp ?? 0) + level.gainDb < (lowest.ceilingDbtp ?? 0) + lowest.gainDb ? level : lowest,
  );

const outputOf = ({ rungs, audio, durationSeconds }: Request) => ({
  rungs: [],
  audio: {
    streamIndex: audio.streamIndex,
    bitrateBps: rungs.reduce((sum, { bitrateBps }) => sum + bitrateBps, 0),
    channels: audio.channels,
  },
  durationSeconds,
});

const limitsOf = (itemLimits: ItemLimits, request: Request) => ({
  maximumFileBytes: largestSoundBytes(
    Math.max(...request.rungs.map(({ bitrateBps }) => bitrateBps)),
    request.measurement.durationSeconds,
  ),
  maximumInFolder: twice(mostOfLadder(outputOf(request), itemLimits), request.rungs.length),
  wallClockSeconds: soundWallClock(request.measurement.durationSeconds),
});

/** As one file and in segments. */
const twice = ({ bytes, entries }: { readonly bytes: number; readonly entries: number }, rungs: number) => ({
  bytes: bytes * 2,
  entries: entries * rungs,
});

async function encode(
  toolbox: Toolbox,
  itemLimits: ItemLimits,
  request: Request,
  rungs: readonly SoundRung[],
  level: Level,
): Promise<void> {
  const { inputPath, outputFolder, audio, measurement, signal } = request;
  const { durationSeconds, sampleRateHz } = measurement;
  await toolbox.run('ffmpeg', {
    ...{ inputPath, signal, workFolder: outputFolder, maximumOutputBytes: 0 },
    ...limitsOf(itemLimits, request),
    arguments: encodeArguments(request, rungs, {
      form: servedForm(audio),
      level,
      sampleCount: Math.round(durationSeconds * sampleRateHz),
    }),
    onProgress: ({ outTimeSeconds }) =>
      request.onProgress({ fraction: Math.min(1, (outTimeSeconds ?? 0) / durationSeconds) }),
  });
}

/** Cuts a rung into segments, and tells how loud it has become. */
async function segment(
  toolbox: Toolbox,
  itemLimits: ItemLimits,
  request: Request,
  rung: SoundRung,
): Promise<EncodedLevel> {
  const { outputFolder, measurement, signal } = request;
  const inputPath = join(outputFolder, encodedName(rung));
  const { stderr } = await toolbox.run('ffmpeg', {
    ...{ inputPath, signal, workFolder: outputFolder, maximumOutputBytes: 0 },
    ...limitsOf(itemLimits, request),
    arguments: packageArguments(inputPath, rung, measurement.durationSeconds),
  });
  const { integratedLufs, truePeakDbtp } = loudnessIn(stderr);
  return { integratedLufs, truePeakDbtp };
}
