import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isRetryable, MediaFlowError } from '../../../src/core/errors.js';
import type { MediaProbe } from '../../../src/core/media-probe.js';
import { servedAudio } from '../../../src/core/served-audio.js';
import type { MediaTools } from '../../../src/core/sound-tools.js';
import type { SubtitlesRequest } from '../../../src/core/subtitle-tools.js';
import { media } from '../../../src/domain/media/media.js';
import { probeSchema } from '../../../src/domain/media/media-values.js';
import { stepTable } from '../../../src/domain/media/steps/step-table.js';
import { heldBy, registered, started, uploaded } from '../../kit/media-fixtures.js';

const execute = promisify(execFile);

/** What an independent ffprobe finds in what is served. */
export interface ServedTrack {
  /** The rung's name, or `audio`. */
  readonly name: string;
  readonly seconds: number;
  readonly frames: number;
  readonly width: number;
  readonly height: number;
}

export type Outcome =
  | {
      readonly outcome: 'published';
      readonly probe: MediaProbe;
      readonly pictures: readonly ServedTrack[];
      readonly sound: ServedTrack | null;
      /** What moderation would look at. */
      readonly frameCount: number;
      readonly tileCount: number;
      /** Tracks of text that are written. */
      readonly textCount: number;
    }
  | { readonly outcome: 'heard'; readonly probe: MediaProbe; readonly sound: ServedTrack }
  | {
      readonly outcome: 'failed';
      readonly code: string;
      /** Whether it would be tried again, which helps nothing where the file is the reason. */
      readonly isRetryable: boolean;
    };

const lookedAt = { spreadFrames: 3, unlikeFrames: 2, random: () => 0.5, maximumSidePixels: 64 } as const;

/** The way of a file through the tools: probed, planned as the domain plans it, transcoded, and looked at from outside. */
export async function outcomeOf(
  tools: MediaTools,
  inputPath: string,
  workFolder: string,
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    const probe = await tools.probe(inputPath, signal);
    const { video } = probe;
    if (!video) return await soundOf(tools, probe, { inputPath, workFolder, signal });
    const { ladder, audio } = planOf(probe);
    const outputFolder = join(workFolder, 'hls');
    await mkdir(outputFolder, { recursive: true });
    await tools.transcodeToHls({
      ...{ inputPath, outputFolder, video, rungs: ladder, audio, signal },
      durationSeconds: probe.durationSeconds,
      onProgress: () => {},
    });
    const given = { inputPath, video, durationSeconds: probe.durationSeconds, signal };
    const { frames } = await tools.sampleFrames({
      ...given,
      ...lookedAt,
      jpegFolder: join(workFolder, 'frames'),
    });
    const { tileCount } = await tools.storyboard({ ...given, outputFolder: workFolder });
    const { files } = await textsOf(tools, probe, { ...given, outputFolder: workFolder });
    const pictures = await Promise.all(ladder.map(({ name }) => served(outputFolder, name)));
    return {
      outcome: 'published',
      probe,
      pictures,
      sound: audio && (await served(outputFolder, 'audio')),
      frameCount: frames.length,
      tileCount,
      textCount: files.filter(({ name }) => name.endsWith('.vtt')).length,
    };
  } catch (error) {
    if (!(error instanceof MediaFlowError)) throw error;
    return { outcome: 'failed', code: error.code, isRetryable: isRetryable(error) };
  }
}

/** The text of a film, as the domain plans it. */
export async function textsOf(
  tools: MediaTools,
  probe: MediaProbe,
  given: Pick<SubtitlesRequest, 'inputPath' | 'outputFolder' | 'signal'>,
) {
  const planned = planOf(probe).steps.find(({ step }) => step === 'subtitles')?.input;
  if (!planned) return { files: [] };
  const { tracks } = stepTable.subtitles.input.parse(planned);
  const { durationSeconds } = probe;
  return tools.writeSubtitles({
    ...{ ...given, durationSeconds },
    tracks: probe.subtitles.flatMap(({ streamIndex = -1, codec, language }) =>
      tracks.includes(streamIndex) ? [{ streamIndex, codec, language }] : [],
    ),
  });
}

/** Sound alone, measured and encoded as the domain plans it, and looked at from outside. */
export async function soundOf(
  tools: MediaTools,
  probe: MediaProbe,
  given: { readonly inputPath: string; readonly workFolder: string; readonly signal: AbortSignal },
): Promise<Extract<Outcome, { outcome: 'heard' }>> {
  const input = planOf(probe).steps.find(({ step }) => step === 'sound')?.input;
  const { rungs } = stepTable.sound.input.parse(input);
  const audio = servedAudio(probe.audio);
  if (!audio) throw new Error('Sound was planned of nothing.');
  const outputFolder = join(given.workFolder, 'hls');
  await mkdir(outputFolder, { recursive: true });
  const request = {
    ...given,
    outputFolder,
    audio,
    durationSeconds: probe.durationSeconds,
    onProgress: () => {},
  };
  const { measurement } = await tools.measureSound(request);
  await tools.encodeSound({ ...request, rungs, measurement });
  const sound = await served(outputFolder, rungs.at(-1)?.name ?? '');
  return { outcome: 'heard', probe, sound };
}

/** What the domain would plan. */
export function planOf(probe: MediaProbe) {
  const { initialState, evolve, decide } = media.decider;
  const state = [registered, uploaded, started('probe')].reduce(evolve, initialState);
  // As history would keep it.
  const recorded = probeSchema.parse(probe);
  const events = decide({ type: 'RecordProbe', data: { ...heldBy('probe'), probe: recorded } }, state);
  const plan = events.find((event) => event.type === 'ProcessingPlanned');
  if (!plan) throw new Error('Nothing was planned.');
  return plan.data;
}

/** Throws what ffprobe has against what is served. */
export async function served(outputFolder: string, name: string): Promise<ServedTrack> {
  const { stdout } = await execute(
    'ffprobe',
    [
      ...['-v', 'error', '-allowed_extensions', 'ALL', '-of', 'json'],
      ...[
        '-show_entries',
        'stream=width,height:packet=pts_time,duration_time',
        join(outputFolder, name, 'playlist.m3u8'),
      ],
    ],
    { maxBuffer: 64 << 20 },
  );
  const { streams, packets } = JSON.parse(stdout);
  const ends = packets.map(
    (packet: Record<string, string>) => Number(packet.pts_time) + Number(packet.duration_time ?? 0),
  );
  const { width = 0, height = 0 } = streams[0];
  return {
    name,
    seconds: ends.reduce((a: number, b: number) => Math.max(a, b), 0),
    frames: packets.length,
    width,
    height,
  };
}
