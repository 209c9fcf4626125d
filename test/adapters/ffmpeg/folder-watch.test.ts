import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createFfmpegVideoTools } from '../../../src/adapters/ffmpeg/ffmpeg-video-tools.js';
import { runTool } from '../../../src/adapters/ffmpeg/run-tool.js';
import { tools as toolTable } from '../../../src/adapters/ffmpeg/tools.js';
import { isRetryable } from '../../../src/core/errors.js';
import { folderUse } from '../../../src/sandbox/run/folder-use.js';
import { createFolderWatch, type FolderLimits, whyTooMuch } from '../../../src/sandbox/run/folder-watch.js';
import { evenly, h264, makeFile, neverAborted, picture, temporaryFolder } from './support.js';

const root = await temporaryFolder();
const plenty: FolderLimits = { keepFreeBytes: 0, bytes: 2 ** 40, entries: 1000 };
const work = () => mkdtemp(join(root, 'work-'));

async function sparse(path: string, sizeBytes: number): Promise<void> {
  const file = await open(path, 'w');
  await file.truncate(sizeBytes);
  await file.close();
}

describe('what a folder takes', () => {
  test('is all files in it together, holes in them too', async () => {
    const folder = await work();
    await mkdir(join(folder, 'deep'));
    await writeFile(join(folder, 'deep', 'full'), Buffer.alloc(100_000));
    await sparse(join(folder, 'empty'), 2 ** 42);
    const { bytes, entries, isHiding } = await folderUse(folder, 1000);
    expect([entries, isHiding]).toEqual([3, false]);
    expect(bytes - 2 ** 42).toBeGreaterThanOrEqual(100_000);
    expect(bytes - 2 ** 42).toBeLessThan(200_000);
  });

  test('is counted whatever the names are, and not through links', async () => {
    const folder = await work();
    const make = `printf 12345 >"$(printf 'no-\\377\\nname')"; ln -s /usr link; mkfifo pipe`;
    execFileSync('/bin/bash', ['-c', make], { cwd: folder });
    const { bytes, entries } = await folderUse(folder, 1000);
    expect(entries).toBe(3);
    expect(bytes).toBeGreaterThanOrEqual(5);
    expect(bytes).toBeLessThan(100_000);
  });

  test('is not counted without end', async () => {
    const folder = await work();
    await Promise.all(Array.from({ length: 300 }, (_, index) => writeFile(join(folder, `${index}`), '')));
    expect((await folderUse(folder, 100)).entries).toBe(101);
    expect(await whyTooMuch(folder, { ...plenty, entries: 100 }, toolTable.ffmpeg.codes)).toMatchObject({
      code: 'ffmpeg_output_too_large',
    });
    expect(await whyTooMuch(folder, plenty, toolTable.ffmpeg.codes)).toBeUndefined();
  });

  test('is not known where it is deeper than anything of ours', async () => {
    const folder = await work();
    await mkdir(join(folder, '1/2/3/4/5'), { recursive: true });
    expect(await whyTooMuch(folder, plenty, toolTable.ffmpeg.codes)).toMatchObject({
      code: 'forbidden_output',
    });
  });

  test.runIf(process.getuid?.() !== 0)('is not known where it is closed', async () => {
    const folder = await work();
    await mkdir(join(folder, 'closed'));
    await chmod(join(folder, 'closed'), 0);
    expect(await whyTooMuch(folder, plenty, toolTable.ffmpeg.codes)).toMatchObject({
      code: 'forbidden_output',
    });
    await chmod(join(folder, 'closed'), 0o700);
  });
});

describe('a run is ended', () => {
  /** A stand-in for ffmpeg that does what the script says, in a folder that may hold so much. */
  async function runIn(body: string, limits: Partial<FolderLimits>) {
    const folder = await work();
    const path = join(root, 'tool');
    await writeFile(path, `#!/bin/bash\n${body}\n`, { mode: 0o755 });
    return runTool({
      ...{ tool: 'ffmpeg', path, arguments: [], workFolder: folder, signal: neverAborted },
      ...{ wallClockSeconds: 20, stallSeconds: 60, maximumMemoryBytes: 2 ** 30, maximumOutputBytes: 1000 },
      folderLimits: { ...plenty, ...limits },
    }).finally(() => rm(folder, { recursive: true, force: true }));
  }

  test('while there is still the space that it has to leave to others, and tried again later', async () => {
    const running = runIn('exec sleep 30', { keepFreeBytes: Number.MAX_SAFE_INTEGER });
    await expect(running).rejects.toMatchObject({ kind: 'storage-full', code: 'storage_full' });
    await expect(running).rejects.toSatisfy(isRetryable);
  });

  test('when all that it writes, in ever more files, is more than it may be', async () => {
    const running = runIn('for n in {1..50}; do head -c 100000 /dev/zero >$n; done; exec sleep 30', {
      bytes: 2_000_000,
    });
    await expect(running).rejects.toMatchObject({ kind: 'too-large', code: 'ffmpeg_output_too_large' });
  });

  test('when it writes files without end', async () => {
    const running = runIn('for n in {1..200}; do >$n; done; exec sleep 30', { entries: 100 });
    await expect(running).rejects.toMatchObject({ kind: 'too-large', code: 'ffmpeg_output_too_large' });
  });
});

test('what a fast tool has written before anybody looked is counted at its end', async () => {
  const clip = await makeFile(join(root, 'clip.mp4'), ...picture('64x48', 25, 2), ...h264);
  const path = join(root, 'ffmpeg');
  const answers =
    'case "$*" in *-version*) echo "ffmpeg version 5.0"; exit;; *-encoders*) echo " V....D libx264 "; echo " A....D aac "; exit;; *-filters*) exit;; esac';
  await writeFile(path, `#!/bin/bash\n${answers}\nfor n in {1..6000}; do >$n; done\n`, { mode: 0o755 });
  const tools = createFfmpegVideoTools({ ffmpegPath: path });
  const { video, durationSeconds } = await createFfmpegVideoTools({}).probe(clip, neverAborted);
  if (!video) throw new Error('nothing was found in it');
  const sampling = tools.sampleFrames({
    ...{ inputPath: clip, video, durationSeconds, maximumSidePixels: 64, signal: neverAborted },
    ...{ ...evenly(1), jpegFolder: await work() },
  });
  await expect(sampling).rejects.toMatchObject({ code: 'ffmpeg_output_too_large' });
});

test('a watch looks at what is free each time, and counts now and then', async () => {
  const folder = await work();
  const look = createFolderWatch(folder, { ...plenty, bytes: 1000 }, toolTable.ffmpeg.codes);
  expect(await look()).toBeUndefined();
  await writeFile(join(folder, 'large'), Buffer.alloc(10_000));
  await expect.poll(look, { timeout: 10_000 }).toMatchObject({ code: 'ffmpeg_output_too_large' });
});
