import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createFfmpegVideoTools } from '../../src/adapters/ffmpeg/ffmpeg-video-tools.js';
import type { MediaProbe } from '../../src/core/media-probe.js';
import type { Rung } from '../../src/core/video-tools.js';
import { median } from './event-store/statistics.js';

const run = promisify(execFile);
const realClip = new URL('../../../shared/media/big-buck-bunny-480p-30s.mp4', import.meta.url).pathname;
const runs = 3;
const allowedRatio = 1.1;

const rungs = (frameRate: number): readonly Rung[] =>
  [
    { name: '234p', width: 416, height: 234, bitrateBps: 145_000 },
    { name: '360p', width: 640, height: 360, bitrateBps: 365_000 },
    { name: '432p', width: 768, height: 432, bitrateBps: 1_100_000 },
  ].map((rung) => ({ ...rung, frameRate, peakBitrateBps: rung.bitrateBps * 2 }));

/** The same ladder as somebody who knows ffmpeg would type it. */
const handWritten = (
  input: string,
  folder: string,
  ladder: readonly Rung[],
  audioIndex: number,
): string[] => {
  const hls = (name: string) => [
    ...['-f', 'hls', '-hls_time', '6', '-hls_playlist_type', 'vod', '-hls_segment_type', 'fmp4'],
    ...['-hls_segment_filename', join(folder, name, 'segment-%05d.m4s'), join(folder, name, 'playlist.m3u8')],
  ];
  const scales = ladder.map((rung, index) => `[s${index}]scale=${rung.width}:${rung.height}[v${index}]`);
  return [
    ...['-v', 'error', '-nostdin', '-y', '-i', input, '-filter_complex'],
    `[0:v:0]split=${ladder.length}${ladder.map((_, index) => `[s${index}]`).join('')};${scales.join(';')}`,
    ...ladder.flatMap((rung, index) => [
      ...['-map', `[v${index}]`, '-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'high'],
      ...['-pix_fmt', 'yuv420p', '-b:v', String(rung.bitrateBps), '-maxrate', String(rung.peakBitrateBps)],
      ...['-bufsize', String(rung.peakBitrateBps), '-g', '48', '-keyint_min', '48', '-sc_threshold', '0'],
      ...hls(rung.name),
    ]),
    ...['-map', `0:${audioIndex}`, '-c:a', 'aac', '-b:a', '96k', '-ac', '2', '-ar', '48000', ...hls('audio')],
  ];
};

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
};

/** Wall time of our ladder against one hand-written command's, taken in turns; medians. */
export async function benchTranscode(): Promise<
  { what: string; ours: number; limit: number; unit: string; ratio: number; note: string }[]
> {
  const tools = createFfmpegVideoTools();
  const { ffmpeg } = await tools.describe();
  if (!ffmpeg.available) throw new Error(ffmpeg.reason);
  const folder = await mkdtemp(join(tmpdir(), 'mediaflow-bench-'));
  try {
    const input = existsSync(realClip) ? realClip : await generate(ffmpeg.path, folder);
    const signal = new AbortController().signal;
    const probe: MediaProbe = await tools.probe(input, signal);
    const { video, durationSeconds } = probe;
    const [audio] = probe.audio;
    if (!video || !audio) throw new Error('The clip needs picture and sound.');
    const ladder = rungs(video.frameRate);
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let turn = 0; turn < runs; turn += 1) {
      const theirFolder = join(folder, `theirs-${turn}`);
      for (const name of [...ladder.map((rung) => rung.name), 'audio'])
        await mkdir(join(theirFolder, name), { recursive: true });
      const command = handWritten(input, theirFolder, ladder, audio.streamIndex);
      theirs.push(await seconds(() => runAlike(ffmpeg.path, command)));

      const outputFolder = join(folder, `ours-${turn}`);
      await mkdir(outputFolder);
      const request = { inputPath: input, outputFolder, video, rungs: ladder, durationSeconds, signal };
      const sound = { streamIndex: audio.streamIndex, bitrateBps: 96_000, channels: 2 };
      ours.push(
        await seconds(() => tools.transcodeToHls({ ...request, audio: sound, onProgress: () => {} })),
      );
    }
    const limit = median(theirs) * allowedRatio;
    return [
      {
        what: 'transcode to HLS, 3 rungs + sound',
        ours: median(ours),
        limit,
        unit: 's',
        ratio: median(ours) / median(theirs),
        note: `${durationSeconds.toFixed(0)} s of ${video.width}×${video.height}; one hand-written ffmpeg command took ${median(theirs).toFixed(2)} s; ratio to it at most ${allowedRatio}; ffmpeg ${ffmpeg.version}`,
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

async function generate(ffmpegPath: string, folder: string): Promise<string> {
  const path = join(folder, 'clip.mp4');
  await run(ffmpegPath, [
    ...['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=854x480:rate=24:duration=30'],
    ...[
      '-f',
      'lavfi',
      '-i',
      'sine=duration=30',
      '-c:v',
      'libx264',
      '-preset',
      'veryfast',
      '-pix_fmt',
      'yuv420p',
    ],
    ...['-c:a', 'aac', path],
  ]);
  return path;
}
