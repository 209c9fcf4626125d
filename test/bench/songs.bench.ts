import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createFfmpegVideoTools } from '../../src/adapters/ffmpeg/ffmpeg-video-tools.js';
import { planSoundLadder } from '../../src/domain/media/sound-ladder.js';
import { median } from './event-store/statistics.js';

const run = promisify(execFile);
const runs = 3;
const songSeconds = 180;
const allowedRatio = 1.1;

/** What somebody who knows ffmpeg would type: loudness measured by one command, everything made by a second. */
const measure = (input: string): string[] => [
  ...['-v', 'error', '-nostdin', '-i', input, '-map', '0:a:0'],
  ...['-af', 'loudnorm=I=-16:TP=-1:LRA=20:print_format=json', '-f', 'null', '-'],
];
const encode = (input: string, folder: string, kilobits: readonly number[]): string[] => {
  const pads = [...kilobits.map((each) => `[k${each}]`), '[file]'];
  return [
    ...['-v', 'error', '-nostdin', '-y', '-i', input, '-filter_complex'],
    `[0:a:0]volume=-3dB,asplit=${pads.length}${pads.join('')}`,
    ...kilobits.flatMap((each) => [
      ...['-map', `[k${each}]`, '-c:a', 'aac', '-b:a', `${each}k`, '-f', 'hls', '-hls_time', '6'],
      ...['-hls_playlist_type', 'vod', '-hls_segment_type', 'fmp4', '-hls_segment_filename'],
      ...[join(folder, `${each}k`, 'segment-%05d.m4s'), join(folder, `${each}k`, 'playlist.m3u8')],
    ]),
    ...['-map', '[file]', '-c:a', 'aac', '-b:a', `${kilobits.at(-1)}k`, join(folder, 'audio.m4a')],
  ];
};

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
};

/** Wall time of a song made ready, with its waveform and every rung measured again, against two commands; medians, taken in turns. */
export async function benchSongs(): Promise<
  { what: string; ours: number; limit: number; unit: string; ratio: number; note: string }[]
> {
  const tools = createFfmpegVideoTools();
  const { ffmpeg } = await tools.describe();
  if (!ffmpeg.available) throw new Error(ffmpeg.reason);
  const folder = await mkdtemp(join(tmpdir(), 'mediaflow-bench-'));
  try {
    const input = join(folder, 'song.flac');
    const chord = [220, 277, 330].map((hertz) => `0.15*sin(${hertz}*2*PI*t)*(1+sin(t))`).join('+');
    const source = `aevalsrc='${chord}+0.05*random(0)|${chord}+0.05*random(1)':d=${songSeconds}:s=44100`;
    await run(ffmpeg.path, ['-v', 'error', '-f', 'lavfi', '-i', source, '-c:a', 'flac', input]);
    const signal = new AbortController().signal;
    const probe = await tools.probe(input, signal);
    const [audio] = probe.audio;
    if (!audio) throw new Error('The song needs sound.');
    const rungs = planSoundLadder(audio, probe.bitrateBps);
    const kilobits = rungs.map(({ bitrateBps }) => bitrateBps / 1000);
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let turn = 0; turn < runs; turn += 1) {
      const theirFolder = join(folder, `theirs-${turn}`);
      for (const { name } of rungs) await mkdir(join(theirFolder, name), { recursive: true });
      theirs.push(
        await seconds(async () => {
          await runAlike(ffmpeg.path, measure(input));
          await runAlike(ffmpeg.path, encode(input, theirFolder, kilobits));
        }),
      );
      const outputFolder = join(folder, `ours-${turn}`);
      await mkdir(outputFolder);
      const request = { inputPath: input, outputFolder, audio, signal, onProgress: () => {} };
      ours.push(
        await seconds(async () => {
          const whole = { ...request, durationSeconds: probe.durationSeconds };
          const { measurement } = await tools.measureSound(whole);
          await tools.encodeSound({ ...whole, rungs, measurement });
        }),
      );
    }
    return [
      {
        what: `a song to HLS, ${rungs.length} rungs, file and waveform`,
        ours: median(ours),
        limit: median(theirs) * allowedRatio,
        unit: 's',
        ratio: median(ours) / median(theirs),
        note: `${songSeconds} s of FLAC; measuring and encoding by two hand-written ffmpeg commands took ${median(theirs).toFixed(2)} s; ratio to them at most ${allowedRatio}; ffmpeg ${ffmpeg.version}`,
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** At the priority of our own runs, so that whatever else the machine does slows both alike. */
async function runAlike(path: string, words: readonly string[]): Promise<void> {
  const running = run(path, words);
  if (running.child.pid) setPriority(running.child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  await running;
}
