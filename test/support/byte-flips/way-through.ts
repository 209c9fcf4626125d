import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isRetryable, MediaFlowError, messageOf } from '../../../src/core/errors.js';
import type { MediaProbe, VideoStreamProbe } from '../../../src/core/media-probe.js';
import type { MediaTools } from '../../../src/core/sound-tools.js';
import { planOf, served, soundOf, textsOf } from '../odd-media/outcome.js';
import { type Peaks, watchTools } from './tool-watch.js';

const execute = promisify(execFile);

export interface WayLimits {
  /** Of one step. */
  readonly seconds: number;
  readonly memoryBytes: number;
  readonly folderBytes: number;
}

/** How a file fared: the code each step ended with, and what must not be. */
export interface Way {
  readonly ends: Readonly<Record<string, string>>;
  readonly faults: readonly string[];
}

interface Subject {
  readonly probe: MediaProbe;
  readonly video: VideoStreamProbe;
  readonly inputPath: string;
  readonly workFolder: string;
}

/**
 * Everything a server does with a file, one thing after another. Each must end in time, without needing more than the
 * limits, and either with what an independent ffprobe takes or with a failure that says what is wrong with the file.
 */
export async function wayThrough(
  tools: MediaTools,
  inputPath: string,
  workFolder: string,
  limits: WayLimits,
): Promise<Way> {
  const ends: Record<string, string> = {};
  const faults: string[] = [];
  await mkdir(workFolder, { recursive: true });
  const watch = watchTools(workFolder);

  const go = async (name: string, step: (signal: AbortSignal) => Promise<unknown>): Promise<void> => {
    const signal = AbortSignal.timeout(limits.seconds * 1000);
    try {
      await step(signal);
      ends[name] = 'done';
    } catch (error) {
      const code = error instanceof MediaFlowError ? error.code : 'unexpected_error';
      ends[name] = code;
      // Trying it again would do the same, so it has to be said of the file that it does.
      if (signal.aborted) faults.push(`${name} did not end within ${limits.seconds} s`);
      else if (isRetryable(error)) faults.push(`${name}: ${code}: ${messageOf(error)}`);
    }
  };

  let probe: MediaProbe | undefined;
  await go('probe', async (signal) => {
    probe = await tools.probe(inputPath, signal);
  });
  if (probe?.video)
    for (const [name, step] of Object.entries(
      stepsFor(tools, { probe, video: probe.video, inputPath, workFolder }),
    ))
      await go(name, step);
  else if (probe) await go('sound', heard(tools, probe, { inputPath, workFolder }));
  return { ends, faults: [...faults, ...overdone(await watch.stop(), limits)] };
}

function stepsFor(
  tools: MediaTools,
  { probe, video, inputPath, workFolder }: Subject,
): Readonly<Record<string, (signal: AbortSignal) => Promise<unknown>>> {
  const folderFor = async (name: string) => {
    const folder = join(workFolder, name);
    await mkdir(folder);
    return folder;
  };
  const { durationSeconds } = probe;
  const request = { inputPath, video, durationSeconds };
  return {
    sample: async (signal) =>
      tools.sampleFrames({
        ...{ ...request, signal, jpegFolder: await folderFor('frames') },
        ...{ spreadFrames: 3, unlikeFrames: 1, random: () => 0.5, maximumSidePixels: 64 },
      }),
    poster: async (signal) => {
      const outputFolder = await folderFor('poster');
      const { file } = await tools.poster({ ...request, outputFolder, signal });
      await accepted(join(outputFolder, file));
    },
    subtitles: async (signal) =>
      textsOf(tools, probe, { inputPath, signal, outputFolder: await folderFor('texts') }),
    transcode: async (signal) => {
      const outputFolder = await folderFor('hls');
      const { ladder: rungs, audio } = planOf(probe);
      await tools.transcodeToHls({ ...request, outputFolder, rungs, audio, signal, onProgress: () => {} });
      for (const name of [...rungs.map((rung) => rung.name), ...(audio ? ['audio'] : [])])
        if ((await served(outputFolder, name)).frames === 0) throw new Error(`${name} holds nothing.`);
    },
  };
}

const heard =
  (
    tools: MediaTools,
    probe: MediaProbe,
    { inputPath, workFolder }: Pick<Subject, 'inputPath' | 'workFolder'>,
  ) =>
  async (signal: AbortSignal): Promise<void> => {
    const { sound } = await soundOf(tools, probe, { inputPath, workFolder, signal });
    if (sound.frames === 0) throw new Error(`${sound.name} holds nothing.`);
  };

/** Throws what ffprobe has against a picture. */
async function accepted(path: string): Promise<void> {
  const { stdout, stderr } = await execute('ffprobe', [
    ...['-v', 'error', '-count_frames', '-show_entries', 'stream=width,height,nb_read_frames'],
    ...['-of', 'csv=p=0', path],
  ]);
  if (stderr || !/^[1-9]\d*,[1-9]\d*,1$/.test(stdout.trim())) throw new Error(`${path}: ${stdout}${stderr}`);
}

const overdone = ({ memoryBytes, folderBytes }: Peaks, limits: WayLimits): string[] => [
  ...(memoryBytes > limits.memoryBytes ? [`a tool needed ${memoryBytes} bytes of memory`] : []),
  ...(folderBytes > limits.folderBytes ? [`${folderBytes} bytes were written`] : []),
];
