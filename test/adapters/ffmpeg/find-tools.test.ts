import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createFfmpegVideoTools } from '../../../src/adapters/ffmpeg/ffmpeg-video-tools.js';
import { makeFile, neverAborted, picture, run, rung, temporaryFolder, toolSets } from './support.js';

const folder = await temporaryFolder();
const nowhere = { searchPath: folder, npmPackages: false } as const;

test('this machine has at least one set of tools to test with', () => {
  expect(toolSets.map(({ label }) => label)).not.toHaveLength(0);
});

test('without tools it starts, says what is missing and how to get it, and fails only when used', async () => {
  const tools = createFfmpegVideoTools(nowhere);
  const { ffmpeg, ffprobe, warnings } = await tools.describe();
  expect(ffmpeg).toEqual({ available: false, reason: 'There is no ffmpeg.' });
  expect(ffprobe.available).toBe(false);
  expect(warnings).toHaveLength(2);
  expect(warnings[0]).toMatch(/apt install ffmpeg/);
  const file = await makeFile(join(folder, 'clip.mp4'), ...picture('64x48', 5, 1));
  await expect(tools.probe(file, neverAborted)).rejects.toMatchObject({
    kind: 'unavailable',
    code: 'ffmpeg_missing',
  });
});

test('a tool installed later is found without a restart', async () => {
  const later = join(folder, 'ffprobe');
  const tools = createFfmpegVideoTools(nowhere);
  expect((await tools.describe()).ffprobe.available).toBe(false);
  await writeFile(later, '#!/bin/sh\necho "ffprobe version 9.0 Copyright"\n');
  await chmod(later, 0o755);
  expect((await tools.describe()).ffprobe).toEqual({
    available: true,
    path: later,
    version: '9.0',
    source: 'system',
    sandbox: expect.any(String),
    filtersCalls: expect.any(Boolean),
  });
});

test('a configured path is used and nothing else', async () => {
  const ffmpegPath = join(folder, 'mine');
  const tools = createFfmpegVideoTools({ ffmpegPath });
  const reason = `There is no ffmpeg at ${ffmpegPath}, which is configured.`;
  expect((await tools.describe()).ffmpeg).toEqual({ available: false, reason });
});

test('a program that is not ffmpeg, or cannot encode H.264, is passed over with the reason', async () => {
  const fake = join(folder, 'ffmpeg');
  await writeFile(fake, '#!/bin/sh\necho hello\n');
  await chmod(fake, 0o755);
  const describeFake = async () => (await createFfmpegVideoTools(nowhere).describe()).ffmpeg;
  expect(await describeFake()).toEqual({
    available: false,
    reason: `No usable ffmpeg: ${fake} is not ffmpeg.`,
  });
  await writeFile(fake, '#!/bin/sh\necho "ffmpeg version 7.1.5 x"\n');
  expect(await describeFake()).toMatchObject({
    reason: expect.stringContaining('without the encoder libx264'),
  });
});

test.runIf(process.platform === 'linux' && process.arch === 'x64')(
  'a machine without tools of its own has those that npm brought',
  async () => {
    const { ffmpeg, ffprobe } = await createFfmpegVideoTools({ searchPath: '' }).describe();
    expect([ffmpeg, ffprobe]).toEqual([
      expect.objectContaining({ available: true, source: 'npm' }),
      expect.objectContaining({ available: true, source: 'npm' }),
    ]);
  },
);

test.each(toolSets)('$label tell their version and warn of known holes', async ({ tools }) => {
  const { ffmpeg, ffprobe, warnings, notes } = await tools.describe();
  if (!ffmpeg.available || !ffprobe.available) throw new Error('tools went away');
  const { stdout } = await run(ffmpeg.path, ['-version']);
  expect(stdout).toContain(`ffmpeg version ${ffmpeg.version} `);
  expect([...warnings, ...notes].every((warning) => warning.includes('CVE-2026-8461'))).toBe(true);
  // Of those that npm brought nobody has to do anything.
  if (ffmpeg.source === 'npm' && ffprobe.source === 'npm')
    expect([warnings.length, notes.length]).toEqual([0, 1]);
});

test.runIf(toolSets.length === 2)(
  'tools of different origin and age work together, either way round',
  async () => {
    const [system, npm] = await Promise.all(toolSets.map(({ tools }) => tools.describe()));
    const file = await makeFile(join(folder, 'mixed.ts'), ...picture('64x48', 25, 2), '-c:v', 'libx264');
    for (const [ffmpeg, ffprobe] of [
      [system?.ffmpeg, npm?.ffprobe],
      [npm?.ffmpeg, system?.ffprobe],
    ]) {
      if (!ffmpeg?.available || !ffprobe?.available) throw new Error('tools went away');
      const tools = createFfmpegVideoTools({ ffmpegPath: ffmpeg.path, ffprobePath: ffprobe.path });
      const { video, durationSeconds } = await tools.probe(file, neverAborted);
      if (!video) throw new Error('no video');
      const renditions = await tools.transcodeToHls({
        ...{ inputPath: file, outputFolder: await mkdtemp(join(folder, 'mixed-')), video, durationSeconds },
        ...{ rungs: [rung(64, 48)], audio: null, onProgress: () => {}, signal: neverAborted },
      });
      expect(renditions).toMatchObject([{ durationSeconds: expect.closeTo(2, 1) }]);
    }
  },
);
