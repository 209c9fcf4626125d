import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createFfmpegVideoTools } from '../../../src/adapters/ffmpeg/ffmpeg-video-tools.js';
import type { VideoTools } from '../../../src/core/video-tools.js';
import {
  evenly,
  h264,
  makeFile,
  neverAborted,
  picture,
  rung,
  temporaryFolder,
  tone,
  toolSets,
} from './support.js';

const folder = await temporaryFolder();
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  await makeFile(at('clip.mp4'), ...picture('320x180', 25, 3), ...tone(3), ...h264);
  await makeFile(at('clip.mkv'), '-i', at('clip.mp4'), '-c', 'copy');
  await makeFile(at('sibling.ts'), '-i', at('clip.mp4'), '-c', 'copy');
  await writeFile(at('list.mp4'), 'ffconcat version 1.0\nfile sibling.ts\n');
  const playlist = ['#EXTM3U', '#EXT-X-TARGETDURATION:3', '#EXTINF:3,', 'sibling.ts', '#EXTINF:3,'];
  await writeFile(
    at('playlist.m3u8'),
    [...playlist, 'http://127.0.0.1:9/x.ts', '#EXT-X-ENDLIST', ''].join('\n'),
  );
  await writeFile(at('address.mp4'), 'http://127.0.0.1:9/x.mp4\n');
});

/** What ffmpeg asks the kernel for, by itself: no sandbox keeps it from anything here. */
describe.each(toolSets)('with $label', ({ label, tools: plain }) => {
  const traces = at(`traces of ${label}`);
  let tools: VideoTools;

  beforeAll(async () => {
    await mkdir(traces);
    const { ffmpeg, ffprobe } = await plain.describe();
    if (!ffmpeg.available || !ffprobe.available) throw new Error('tools went away');
    tools = createFfmpegVideoTools({
      ffmpegPath: await traced('ffmpeg', ffmpeg.path),
      ffprobePath: await traced('ffprobe', ffprobe.path),
      sandbox: 'off',
      preset: 'ultrafast',
    });
  });

  async function traced(name: string, path: string): Promise<string> {
    const script = join(traces, name);
    await writeFile(
      script,
      `#!/bin/sh
case "$*" in *-i\\ *) exec strace -f -qq -e trace=%network,%file -o '${traces}'/$$.trace '${path}' "$@";; esac
exec '${path}' "$@"
`,
      { mode: 0o755 },
    );
    return script;
  }

  /** All calls of the runs since it was asked last, without their process ids. */
  async function calls(): Promise<string[]> {
    const paths = (await readdir(traces))
      .filter((name) => name.endsWith('.trace'))
      .map((name) => join(traces, name));
    const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
    await Promise.all(paths.map((path) => rm(path)));
    return texts
      .flatMap((text) => text.split('\n').map((line) => line.replace(/^\d+ +/, '')))
      .filter(Boolean);
  }

  test.each(['clip.mp4', 'clip.mkv'])(
    'all that is done with %s opens nothing else and no socket',
    async (name) => {
      const inputPath = at(name);
      const { video, audio, durationSeconds } = await tools.probe(inputPath, neverAborted);
      if (!video || !audio[0]) throw new Error('nothing was found in it');
      const outputFolder = join(traces, `output of ${name}`);
      await mkdir(outputFolder);
      const request = { inputPath, outputFolder, video, durationSeconds, signal: neverAborted };
      await tools.transcodeToHls({
        ...request,
        rungs: [rung(320, 180)],
        audio: { streamIndex: audio[0].streamIndex, bitrateBps: 64_000, channels: 1 },
        onProgress: () => {},
      });
      await tools.poster(request);
      await tools.storyboard(request);
      await tools.sampleFrames({ ...request, ...evenly(2), maximumSidePixels: 64, jpegFolder: outputFolder });
      expectHarmless(await calls(), inputPath);
    },
  );

  test.each(['list.mp4', 'playlist.m3u8', 'address.mp4'])(
    '%s, which names others, leads nowhere',
    async (name) => {
      await expect(tools.probe(at(name), neverAborted)).rejects.toMatchObject({ kind: 'unsupported' });
      expectHarmless(await calls(), at(name));
    },
  );

  function expectHarmless(made: readonly string[], inputPath: string): void {
    expect(made.some((call) => call.includes(inputPath))).toBe(true);
    expect(made.filter((call) => /^(socket|connect|bind|listen|accept|send|recv)/.test(call))).toEqual([]);
    const opened = made.filter((call) => /^(open|openat|creat)\(/.test(call) && !/ = -1 /.test(call));
    const isExpected = (call: string) =>
      // Of the system: programs' libraries, what the processor is like, and chance.
      /"\/(usr|lib|lib64|proc|sys)\/[^"]*", O_RDONLY|"\/etc\/(ld\.so\.cache|ld\.so\.preload)"|"\/dev\/(u?random|null)"/.test(
        call,
      ) ||
      // By its name from the folder it runs in.
      /AT_FDCWD, "[^/"][^"]*", O_(WRONLY|RDWR)/.test(call) ||
      call.includes(`"${inputPath}", O_RDONLY`);
    expect(opened.filter((call) => !isExpected(call))).toEqual([]);
    expect(made.filter((call) => call.includes('sibling'))).toEqual([]);
  }
});
