import { existsSync } from 'node:fs';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FfmpegRun } from '../../../src/adapters/ffmpeg/run-tool.js';
import { runTool } from '../../../src/adapters/ffmpeg/run-tool.js';
import { signalProcess } from '../../../src/sandbox/run/process-group.js';
import { runTypeScript } from '../../support/typescript-process.js';
import { neverAborted, temporaryFolder } from './support.js';

const folder = await temporaryFolder();

/** A stand-in for ffmpeg that does what the script says. */
async function script(name: string, body: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${body}\n`);
  await chmod(path, 0o755);
  return path;
}

const runOf = (path: string, changes: Partial<FfmpegRun> = {}): FfmpegRun => ({
  tool: 'ffmpeg',
  path,
  arguments: [],
  signal: neverAborted,
  wallClockSeconds: 30,
  stallSeconds: 60,
  maximumMemoryBytes: 2 ** 30,
  maximumOutputBytes: 1000,
  ...changes,
});

const isAlive = (processId: number): boolean => {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
};
/** A killed process may be a zombie for a moment, until whoever inherits it looks. */
const isRunning = async (processId: number): Promise<boolean> =>
  isAlive(processId) &&
  !/^State:\s+Z/m.test(await readFile(`/proc/${processId}/status`, 'utf8').catch(() => ''));

/** Killed it is by then; on a machine that many share the kernel takes its time to have it gone. */
const expectGone = (processId: number) =>
  expect.poll(() => isRunning(processId), { timeout: 5000 }).toBe(false);

test('what a tool writes, and how it ends, is told', async () => {
  const path = await script(
    'talks',
    'echo out; echo err >&2; printf "frame=7\\nout_time_us=2500000\\nprogress=end\\n" >&3; exit 3',
  );
  const result = await runTool(runOf(path));
  expect(result).toMatchObject({ exitCode: 3, stderr: 'err\n', outTimeSeconds: 2.5, frames: 7 });
  expect(result.stdout.toString()).toBe('out\n');
});

test('a tool reads no input and sees nothing of our environment', async () => {
  process.env.MEDIAFLOW_TEST_SECRET = 'secret';
  const { stdout } = await runTool(runOf(await script('env', 'cat; env')));
  delete process.env.MEDIAFLOW_TEST_SECRET;
  expect(stdout.toString()).toContain('LC_ALL=C');
  expect(stdout.toString()).not.toContain('secret');
});

test('a tool runs below normal priority', async () => {
  const { stdout } = await runTool(runOf(await script('nice', 'sleep 0.1; nice')));
  expect(Number(stdout.toString())).toBeGreaterThan(0);
});

test.runIf(existsSync('/proc/self/autogroup'))(
  'where the system shares out the processor by sessions, that of a tool is below normal priority too',
  async () => {
    const own = await readFile('/proc/self/autogroup', 'utf8');
    const waits =
      'until grep -q "nice 10" /proc/self/autogroup; do sleep 0.05; done; cat /proc/self/autogroup';
    const { stdout } = await runTool(runOf(await script('group', waits)));
    expect(stdout.toString()).toContain('nice 10');
    expect(await readFile('/proc/self/autogroup', 'utf8')).toBe(own);
  },
);

test('a tool that cannot be started is missing', async () => {
  await expect(runTool(runOf(join(folder, 'nowhere')))).rejects.toMatchObject({
    kind: 'unavailable',
    code: 'ffmpeg_missing',
  });
});

test('a tool that computes before it tells of any progress is not taken to hang', async () => {
  const path = await script('computes', 'i=0; while [ $i -lt 1000000 ]; do i=$((i + 1)); done; echo done');
  const { stdout } = await runTool(runOf(path, { stallSeconds: 1 }));
  expect(stdout.toString()).toBe('done\n');
});

test.each([
  { how: 'ends', more: 'echo all; exit 3', limits: {} },
  { how: 'is killed', more: 'echo all; sleep 60', limits: { wallClockSeconds: 0.2, partIsEnough: true } },
])(
  'a run is over when the tool $how, though what it started has left its group and keeps the output open',
  async ({ how, more, limits }) => {
    const child = join(folder, `${how}.child`);
    const path = await script(
      how,
      `setsid sh -c 'echo $$ >"${child}"; exec sleep 60' & until [ -s "${child}" ]; do :; done; ${more}`,
    );
    const startedAt = performance.now();
    const { stdout } = await runTool(runOf(path, limits));
    expect(stdout.toString()).toBe('all\n');
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    signalProcess(Number(await readFile(child, 'utf8')), 'SIGKILL');
  },
);

describe('a tool is killed with all it started', () => {
  /** Ignores SIGTERM and has a child of its own, as the worst of them do. */
  const stubborn = async (name: string, more = '') =>
    script(
      name,
      `trap "" TERM; sleep 60 & echo $! > ${join(folder, `${name}.child`)}; ${more} wait; wait; sleep 60`,
    );
  const childOf = async (name: string) => Number(await readFile(join(folder, `${name}.child`), 'utf8'));

  test('when it makes no progress', async () => {
    const path = await stubborn('stalls', 'printf "out_time_us=5\\nprogress=continue\\n" >&3;');
    await expect(runTool(runOf(path, { stallSeconds: 0.2 }))).rejects.toMatchObject({
      kind: 'internal',
      code: 'ffmpeg_stalled',
    });
    await expectGone(await childOf('stalls'));
  });

  test('when it repeats the same progress for ever', async () => {
    const path = await script(
      'repeats',
      // The shell that is watched only waits: to start `sleep` again and again would be work.
      'while :; do printf "out_time_us=5\\nprogress=continue\\n" >&3; sleep 0.1; done & wait',
    );
    await expect(runTool(runOf(path, { stallSeconds: 0.5 }))).rejects.toMatchObject({
      code: 'ffmpeg_stalled',
    });
  });

  test('when it computes for ever and comes to nothing, long before its time is up', async () => {
    const path = await script('spins', 'while :; do :; done');
    await expect(runTool(runOf(path, { stallSeconds: 0.1 }))).rejects.toMatchObject({
      kind: 'too-large',
      code: 'ffmpeg_stalled',
      message: expect.stringContaining('without reading or writing'),
    });
  });

  test('when it reads for ever and its time is up', async () => {
    const path = await script('rereads', 'while :; do read -r line < /proc/self/stat; done');
    await expect(runTool(runOf(path, { stallSeconds: 0.1, wallClockSeconds: 2 }))).rejects.toMatchObject({
      kind: 'too-large',
      code: 'ffmpeg_timeout',
    });
  });

  test('when its time is up', async () => {
    await expect(runTool(runOf(await stubborn('slow'), { wallClockSeconds: 0.2 }))).rejects.toMatchObject({
      kind: 'too-large',
      code: 'ffmpeg_timeout',
    });
    await expectGone(await childOf('slow'));
  });

  test('when its time is up, with what it wrote where a part is enough', async () => {
    const path = await script('partly', 'printf part; trap "" TERM; while :; do sleep 0.1; done');
    const limits = { wallClockSeconds: 0.2, partIsEnough: true };
    const { isPart, stdout } = await runTool(runOf(path, limits));
    expect([isPart, stdout.toString()]).toEqual([true, 'part']);
  });

  test('when it takes too much memory', async () => {
    await expect(
      runTool(runOf(await script('large', 'sleep 60'), { maximumMemoryBytes: 1024 })),
    ).rejects.toMatchObject({ code: 'ffmpeg_memory_exceeded' });
  });

  test('when it takes too much memory together with all that it started', async () => {
    const one = `perl -e '$x = "x" x 60_000_000; sleep 60' &`;
    const path = await script('shares', `${one} ${one} ${one} wait`);
    await expect(runTool(runOf(path, { maximumMemoryBytes: 150_000_000 }))).rejects.toMatchObject({
      kind: 'too-large',
      code: 'ffmpeg_memory_exceeded',
    });
  });

  test('when it starts others without end', async () => {
    const path = await script('breeds', 'for n in $(seq 300); do sleep 60 & done; wait');
    await expect(runTool(runOf(path))).rejects.toMatchObject({ code: 'ffmpeg_processes_exceeded' });
  });

  test('those too that have left its group', async () => {
    const child = join(folder, 'strays.child');
    const path = await script('strays', `setsid sh -c 'echo $$ >"${child}"; exec sleep 60' & wait`);
    await expect(runTool(runOf(path, { wallClockSeconds: 2 }))).rejects.toMatchObject({
      code: 'ffmpeg_timeout',
    });
    await expect.poll(() => childOf('strays').then(isRunning), { timeout: 5000 }).toBe(false);
  });

  test('when it writes without end', async () => {
    await expect(runTool(runOf(await script('floods', 'yes')))).rejects.toMatchObject({
      code: 'ffmpeg_output_too_large',
    });
  });

  test('when it complains without end, of which little is kept', { timeout: 120_000 }, async () => {
    const before = process.memoryUsage().rss;
    const path = await script('complains', 'exec head -c 3000000000 /dev/zero >&2');
    await expect(runTool(runOf(path, { wallClockSeconds: 100 }))).rejects.toMatchObject({
      code: 'ffmpeg_output_too_large',
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(500e6);
  });

  test('when the caller gives up, whose reason is passed on', async () => {
    const lost = new Error('lease lost');
    const caller = new AbortController();
    const path = await stubborn('aborted', 'printf "out_time_us=5\\nprogress=continue\\n" >&3;');
    const running = runTool(runOf(path, { signal: caller.signal, onProgress: () => caller.abort(lost) }));
    await expect(running).rejects.toBe(lost);
    await expectGone(await childOf('aborted'));
    await expect(runTool(runOf(path, { signal: caller.signal }))).rejects.toBe(lost);
  });

  test.each(['SIGKILL', 'SIGTERM'] as const)('when this process dies of %s', async (signal) => {
    const name = `orphan-${signal}`;
    const path = await stubborn(name, 'printf "out_time_us=5\\nprogress=continue\\n" >&3;');
    const parent = runTypeScript(new URL('run-tool-parent.ts', import.meta.url), [path]);
    const started = await parent.readJsonLine<{ started: boolean }>();
    expect(started).toEqual({ started: true });
    const child = await childOf(name);
    expect(await isRunning(child)).toBe(true);
    parent.child.kill(signal);
    await parent.ended;
    await expect.poll(() => isRunning(child), { timeout: 5000 }).toBe(false);
  });
});
