import {
  chmod,
  chown,
  copyFile,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { guardedInput } from '../../../src/adapters/ffmpeg/allow-lists.js';
import { createFfmpegVideoTools } from '../../../src/adapters/ffmpeg/ffmpeg-video-tools.js';
import { createToolFinder } from '../../../src/adapters/ffmpeg/find-tools.js';
import { runTool } from '../../../src/adapters/ffmpeg/run-tool.js';
import { createToolbox } from '../../../src/adapters/ffmpeg/toolbox.js';
import { toolAccount } from '../../../src/sandbox/account.js';
import type { KernelLimits } from '../../../src/sandbox/confine.js';
import { findLaunchers } from '../../../src/sandbox/launchers.js';
import { lendFolder } from '../../../src/sandbox/lend.js';
import { signalProcess } from '../../../src/sandbox/run/process-group.js';
import { createSandbox } from '../../../src/sandbox/sandbox.js';
import { runTypeScript } from '../../support/typescript-process.js';
import {
  evenly,
  h264,
  makeFile,
  neverAborted,
  picture,
  run,
  rung,
  temporaryFolder,
  tone,
  toolSets,
} from './support.js';

const folder = await temporaryFolder();
const at = (name: string) => join(folder, name);
const all = findLaunchers();
const { isRoot } = all;
const none = { bwrap: undefined, unshare: undefined, setpriv: undefined, perl: undefined, isRoot };

/** What a machine has installed, and the sandbox that it comes to. */
const machines = [
  { level: 'files', launchers: all },
  { level: 'network', launchers: { ...all, bwrap: undefined } },
  { level: 'privileges', launchers: { ...none, setpriv: all.setpriv, perl: all.perl } },
  { level: 'limits', launchers: none },
] as const;
/** A container may be allowed no namespaces; its best is then tried twice. */
const levels = await Promise.all(
  machines.map(async ({ launchers }) => {
    const { ffmpeg } = await createFfmpegVideoTools({ launchers }).describe();
    if (!ffmpeg.available) throw new Error(ffmpeg.reason);
    return { level: ffmpeg.sandbox, launchers };
  }),
);

const clip = at('items/one/original');
const other = at('items/two/original');
const server = createServer((socket) => socket.end('hello'));
const port = await new Promise<number>((resolve) => {
  server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
});
afterAll(() => server.close());

beforeAll(async () => {
  // A program that anybody may start, beside items that nobody else may see.
  await chmod(folder, 0o711);
  await mkdir(at('items/one'), { recursive: true, mode: 0o700 });
  await mkdir(at('items/two'), { mode: 0o700 });
  await chmod(at('items'), 0o700);
  const made = await makeFile(at('clip.mp4'), ...picture('320x180', 25, 3), ...tone(3), ...h264);
  await writeFile(clip, await readFile(made), { mode: 0o600 });
  await writeFile(other, 'secret', { mode: 0o600 });
});

/** All of the machine. */
async function processes(): Promise<{ readonly id: number; readonly commandLine: string }[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return Promise.all(
    ids.map(async (id) => ({
      id: Number(id),
      commandLine: await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => ''),
    })),
  );
}

const prctl = process.arch === 'x64' ? 157 : 167;

/** A folder of one attempt, as a worker gets it. */
const workFolder = () => mkdtemp(at('items/work-'));

test('this machine has all that sandboxes are made of, and what looks into them', async () => {
  expect([all.bwrap, all.unshare, all.setpriv, all.perl]).not.toContain(undefined);
  await run('strace', ['-V']);
});

describe.each(levels)('in the sandbox $level', ({ level, launchers }) => {
  /** Whether it is, or is better than, this one. */
  const holds = (wanted: string) =>
    machines.findIndex((machine) => machine.level === level) <=
    machines.findIndex((machine) => machine.level === wanted);
  const isOtherUser = isRoot && holds('privileges');

  describe.each(toolSets)('with $label', ({ places }) => {
    const tools = createFfmpegVideoTools({ ...places, launchers, preset: 'ultrafast' });

    test('a file is probed, transcoded, drawn and looked at, and what comes out is ours', async () => {
      const { video, audio, durationSeconds } = await tools.probe(clip, neverAborted);
      if (!video || !audio[0]) throw new Error('nothing was found in it');
      const [hls, pictures, frames] = await Promise.all([workFolder(), workFolder(), workFolder()]);
      const request = { inputPath: clip, video, durationSeconds, signal: neverAborted };
      const renditions = await tools.transcodeToHls({
        ...request,
        outputFolder: hls,
        rungs: [rung(320, 180), rung(160, 90)],
        audio: { streamIndex: audio[0].streamIndex, bitrateBps: 64_000, channels: 1 },
        onProgress: () => {},
      });
      expect(renditions.map(({ name }) => name)).toEqual(['180p', '90p', 'audio']);
      await tools.poster({ ...request, outputFolder: pictures });
      await tools.storyboard({ ...request, outputFolder: pictures });
      expect(await readdir(pictures)).toEqual(expect.arrayContaining(['poster.jpg', 'sprite-000.jpg']));
      const sampled = await tools.sampleFrames({
        ...request,
        ...evenly(3),
        maximumSidePixels: 64,
        jpegFolder: frames,
      });
      expect(sampled.frames).toHaveLength(3);
      for (const made of [hls, pictures, frames])
        for (const name of ['', ...(await readdir(made, { recursive: true }))])
          expect((await stat(join(made, name))).uid).toBe(process.getuid?.());
      // The group of the tools may have been let read it.
      expect((await stat(clip)).mode & 0o737).toBe(0o600);
    });

    test('a text is no video, and nobody is told where it lies', async () => {
      await writeFile(at('items/text'), 'This is only a text.\n'.repeat(100));
      await expect(tools.probe(at('items/text'), neverAborted)).rejects.toMatchObject({
        code: 'not_media',
        details: { said: expect.stringMatching(/^(file:)?input: Invalid data/) },
      });
    });
  });

  /** Runs a program that was taken over by the file it reads. */
  async function takenOver(name: string, body: string, more: { readonly wallClockSeconds?: number } = {}) {
    const path = at(`${level}-${name}`);
    const answers = `case "$*" in
      *-version*) echo "ffmpeg version 5.0"; exit;;
      *-encoders*) echo " V....D libx264 "; echo " A....D aac "; exit;;
      *-filters*) exit;;
    esac`;
    // One that starts others when it is tried gets the level without the filter that would keep it from that.
    await writeFile(path, `#!/bin/bash\n(exit 0) || exit 1\n${answers}\n${body}\n`, { mode: 0o755 });
    const finder = createToolFinder({ ffmpegPath: path, launchers });
    const { sandbox } = await finder.find('ffmpeg');
    expect([sandbox.level, sandbox.filtersCalls]).toEqual([level, false]);
    const work = await workFolder();
    const result = createToolbox(finder, { stallSeconds: 60, memoryBytes: 2 ** 30 }).run('ffmpeg', {
      inputPath: clip,
      arguments: guardedInput(clip),
      workFolder: work,
      signal: neverAborted,
      maximumOutputBytes: 100_000,
      maximumFileBytes: 100_000,
      ...more,
    });
    return { work, result };
  }
  const saidBy = async (name: string, body: string) =>
    (await (await takenOver(name, body)).result).stdout.toString().trim();

  test('a tool reads its input', async () => {
    const lastWord = 'for name do :; done';
    expect(await saidBy('reads', `${lastWord}; head -c 8 "$(echo "$name" | cut -d: -f2)" | tail -c 4`)).toBe(
      'ftyp',
    );
  });

  test('a tool reads no other item', async () => {
    const said = await saidBy('pries', `cat ${other} 2>/dev/null || echo refused`);
    expect(said).toBe(isOtherUser || holds('files') ? 'refused' : 'secret');
  });

  test('a tool writes nowhere but in its work folder', async () => {
    const outside = at(`items/outside-${level}`);
    const said = await saidBy(
      'writes',
      `echo x >mine && cat mine
       for place in / /etc /usr /tmp /dev ${at('items')} ${at('items/one')}; do
         { echo x >"$place/outside-${level}"; } 2>/dev/null && { rm "$place/outside-${level}"; echo "$place"; }
       done; exit 0`,
    );
    const places = said.split('\n').slice(1);
    expect(said.split('\n')[0]).toBe('x');
    if (holds('files')) expect(places).toEqual([]);
    // What is open to everybody is open to another user.
    else if (isOtherUser) expect(places).toEqual(['/tmp']);
    await expect(stat(outside)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('a tool reaches no network', async () => {
    const said = await saidBy(
      'calls',
      `{ exec 5<>/dev/tcp/127.0.0.1/${port}; } 2>/dev/null && cat <&5 || echo refused`,
    );
    expect(said).toBe(holds('network') ? 'refused' : 'hello');
  });

  test('a tool is not root and can gain nothing', async () => {
    const said = await saidBy('asks', 'id -u; id -G; cat /proc/self/status 2>/dev/null; exit 0');
    const [user, groups, ...status] = said.split('\n');
    expect(Number(user)).toBe(isOtherUser ? toolAccount.uid : process.getuid?.());
    if (!holds('privileges')) return;
    if (isOtherUser) expect(groups).toBe(String(toolAccount.gid));
    // With a root of its own there is nothing to be read there.
    if (!holds('files'))
      expect(status.join('\n')).toMatch(
        /CapPrm:\s0{16}\nCapEff:\s0{16}[\s\S]*CapAmb:\s0{16}\nNoNewPrivs:\s1/,
      );
  });

  test('a tool sees no other process', async () => {
    const said = await saidBy('looks', `kill -0 ${process.pid} 2>/dev/null && echo seen || echo refused`);
    if (holds('network') || isOtherUser) expect(said).toBe('refused');
  });

  test('a link that a tool leaves is not followed but removed, and the file refused', async () => {
    const { work, result } = await takenOver('links', 'mkdir deep; ln -s /etc/passwd deep/playlist.m3u8');
    await expect(result).rejects.toMatchObject({ kind: 'unsupported', code: 'forbidden_output' });
    expect(await readdir(join(work, 'deep'))).toEqual([]);
  });

  test('a tool that opens its input again may read it and not write it, as other items may have the same file', async () => {
    const input = at(`input-${level}`);
    await writeFile(input, 'as it was', { mode: 0o600 });
    // As an earlier release lent it.
    if (isOtherUser) await chown(input, toolAccount.uid, toolAccount.gid);
    const sandbox = createSandbox({ level, launchers }, { path: '/usr/bin/bash', readsDescriptors: false });
    const file = await open(input);
    const command = (name: string) =>
      `cat '${name.slice('file:'.length)}'; { echo more >>'${name.slice('file:'.length)}'; } 2>/dev/null; exit 0`;
    const limits: KernelLimits = { addressSpaceBytes: 2 ** 32, fileBytes: 1000, cpuSeconds: 30 };
    const { launch, leave } = await sandbox.enter(
      { argumentsFor: (name) => ['-c', command(name)], inputPath: input, limits },
      file,
    );
    const { stdout } = await runTool({
      ...launch,
      ...{ tool: 'ffmpeg', signal: neverAborted, wallClockSeconds: 20 },
      ...{ stallSeconds: 60, maximumMemoryBytes: 2 ** 32, maximumOutputBytes: 1000 },
    });
    await leave();
    await file.close();
    expect(stdout.toString()).toBe('as it was');
    if (holds('files') || isOtherUser) expect(await readFile(input, 'utf8')).toBe('as it was');
  });

  test('a tool that writes a file larger than it may is stopped by the kernel', async () => {
    const { work, result } = await takenOver('swells', 'exec yes >large');
    await expect(result).rejects.toMatchObject({ kind: 'too-large', code: 'ffmpeg_output_too_large' });
    expect((await stat(join(work, 'large'))).size).toBeLessThanOrEqual(100_352);
  });

  describe('the kernel ends', () => {
    const plenty: KernelLimits = { addressSpaceBytes: 2 ** 32, fileBytes: 1000, cpuSeconds: 30 };
    async function inside(limits: Partial<KernelLimits>, command: string) {
      const sandbox = createSandbox({ level, launchers }, { path: '/usr/bin/bash', readsDescriptors: true });
      const input = await open(clip);
      const run = { argumentsFor: () => ['-c', command], inputPath: clip, limits: { ...plenty, ...limits } };
      const { launch, leave } = await sandbox.enter(run, input);
      try {
        return await runTool({
          ...launch,
          ...{ tool: 'ffmpeg', signal: neverAborted, wallClockSeconds: 20 },
          ...{ stallSeconds: 60, maximumMemoryBytes: 2 ** 32, maximumOutputBytes: 1000 },
        });
      } finally {
        await leave();
        await input.close();
      }
    }

    test('what computes longer than it may', async () => {
      expect(await inside({ cpuSeconds: 1 }, 'while :; do :; done')).toMatchObject({ exitCode: null });
    });

    test('a wish for more memory than it may have', async () => {
      const wish = 'dd bs=300M count=1 of=/dev/null';
      expect(await inside({}, wish)).toMatchObject({ exitCode: 0 });
      const { exitCode, stderr } = await inside({ addressSpaceBytes: 200 * 2 ** 20 }, wish);
      expect([exitCode, stderr]).toEqual([1, expect.stringContaining('memory exhausted')]);
    });

    test('nothing else: it may ask for the end itself, and be asked', async () => {
      expect(await inside({}, 'exit 7')).toMatchObject({ exitCode: 7 });
    });
  });

  test('a tool does not outlive a server that is killed', async () => {
    const path = at(`${level}-outlives`);
    // It has asked not to be told of its parent's end, either.
    const awayFromItsGroup = `exec perl -e 'use POSIX; setsid; syscall(${prctl}, 1, 0, 0, 0, 0); exec {"sleep"} "outlives-${level}", 61'`;
    await writeFile(
      path,
      `#!/bin/bash
case "$*" in
  *-version*) echo "ffprobe version 5.0"; exit;;
  *-encoders*|*-filters*) exit;;
esac
trap '' PIPE TERM
${holds('network') ? awayFromItsGroup : ''}
exec -a outlives-${level} sleep 61
`,
      { mode: 0o755 },
    );
    const usable = (['bwrap', 'unshare', 'setpriv'] as const).filter((name) => launchers[name]);
    const server = runTypeScript(new URL('sandbox-server.ts', import.meta.url), [
      clip,
      path,
      path,
      ...usable,
    ]);
    expect(await server.readJsonLine()).toEqual({ sandbox: level });
    const isThere = async () =>
      (await processes()).some(({ commandLine }) => commandLine.startsWith(`outlives-${level}`));
    await expect.poll(isThere, { timeout: 10_000 }).toBe(true);
    server.child.kill('SIGKILL');
    await server.ended;
    await expect.poll(isThere, { timeout: 5000 }).toBe(false);
  });

  test('a tool leaves nobody behind, nor stays itself, when it is ended', async () => {
    const { result } = await takenOver(
      'stays',
      // Away from its group, deaf, and with nothing of ours open; so is what it has started.
      `exec perl -e '
         use POSIX; if (fork == 0) { setsid; exit if fork; exec {"sleep"} "${level}-daemon", 62 }
         $SIG{TERM} = "IGNORE"; open STDOUT, ">", "/dev/null"; open STDERR, ">&", STDOUT;
         setsid; syscall(${prctl}, 1, 0, 0, 0, 0); exec {"sleep"} "${level}-stays", 62'`,
      { wallClockSeconds: 2 },
    );
    await expect(result).rejects.toMatchObject({ code: 'ffmpeg_timeout' });
    const left = async () =>
      (await processes()).filter(({ commandLine }) => commandLine.startsWith(`${level}-`));
    if (holds('network')) await expect.poll(left, { timeout: 5000 }).toEqual([]);
    for (const { id } of await left()) signalProcess(id, 'SIGKILL');
  });

  test('a tool that is asked to end tidies up first', async () => {
    const caller = new AbortController();
    const path = at(`${level}-tidies`);
    await writeFile(
      path,
      '#!/bin/bash\n[ "$1" = -version ] && exit\ntrap "echo tidy >end; exit 255" TERM\nprintf "out_time_us=5\\nprogress=continue\\n" >&3\nwhile :; do read -t 0.05 <&3; done\n',
      { mode: 0o755 },
    );
    const sandbox = createSandbox({ level, launchers }, { path, readsDescriptors: true });
    const work = await workFolder();
    const input = await open(clip);
    const limits = { addressSpaceBytes: 2 ** 32, fileBytes: 1000, cpuSeconds: 30 };
    const { launch, leave } = await sandbox.enter(
      { argumentsFor: () => [], inputPath: clip, workFolder: work, limits },
      input,
    );
    const running = runTool({
      ...launch,
      ...{ tool: 'ffmpeg', signal: caller.signal, wallClockSeconds: 20 },
      ...{ stallSeconds: 60, maximumMemoryBytes: 2 ** 32, maximumOutputBytes: 1000 },
      onProgress: () => caller.abort(new Error('deleted')),
    }).finally(leave);
    await expect(running).rejects.toThrow('deleted');
    await input.close();
    expect(await readFile(join(work, 'end'), 'utf8')).toBe('tidy\n');
  });
});

describe.runIf(isRoot)('a tool below a folder that nobody else may enter', () => {
  test.each(levels)(
    'is started as another user all the same, in the sandbox $level',
    async ({ level, launchers }) => {
      if (level === 'limits') return;
      await mkdir(at('closed'), { recursive: true, mode: 0o700 });
      const { ffmpeg, ffprobe } = (await toolSets[0]?.tools.describe()) ?? {};
      if (!ffmpeg?.available || !ffprobe?.available) throw new Error('tools went away');
      for (const { path } of [ffmpeg, ffprobe]) await copyFile(path, at(`closed/${basename(path)}`));
      await symlink(at('closed/ffprobe'), at(`linked-${level}`));
      const tools = createFfmpegVideoTools({
        ...{ launchers, ffmpegPath: at('closed/ffmpeg'), ffprobePath: at(`linked-${level}`) },
      });
      const described = await tools.describe();
      expect([described.ffmpeg, described.ffprobe]).toEqual([
        expect.objectContaining({ sandbox: level }),
        expect.objectContaining({ sandbox: level }),
      ]);
      expect((await tools.probe(clip, neverAborted)).video?.codec).toBe('h264');
    },
  );
});

describe.each([
  { level: 'files', usable: ['bwrap', 'unshare', 'setpriv'] },
  { level: 'network', usable: ['unshare', 'setpriv', 'perl'] },
  { level: 'privileges', usable: ['setpriv', 'perl'] },
  { level: 'limits', usable: [] },
])('of a server that is not root, $level', ({ level, usable }) => {
  test('is reached and enough to read a file, which stays as it was', async () => {
    const nobody = { uid: 65_534, gid: 65_534 };
    const theirs = at(`theirs-${level}`);
    await writeFile(theirs, await readFile(clip), { mode: 0o600 });
    if (isRoot) await chown(theirs, nobody.uid, nobody.gid);
    const { ffmpeg, ffprobe } = (await toolSets[0]?.tools.describe()) ?? {};
    if (!ffmpeg?.available || !ffprobe?.available) throw new Error('tools went away');
    const server = runTypeScript(
      new URL('sandbox-server.ts', import.meta.url),
      [theirs, ffmpeg.path, ffprobe.path, ...usable],
      isRoot ? nobody : {},
    );
    // Where user namespaces are not for everybody, the next one it is.
    const reached = levels.some((found) => found.level === level) ? [level] : machines.map((m) => m.level);
    expect(await server.readJsonLine()).toEqual({ sandbox: expect.toBeOneOf(reached) });
    expect(await server.readJsonLine()).toEqual({ codec: 'h264' });
    expect(await server.ended).toBe(0);
    const { uid, mode } = await stat(theirs);
    expect([uid, mode & 0o777]).toEqual([isRoot ? nobody.uid : process.getuid?.(), 0o600]);
  });
});

test('a folder that two runs write to comes back when the last of them is over', async () => {
  const shared = await workFolder();
  await writeFile(join(shared, 'file'), '');
  const account = isRoot ? toolAccount : undefined;
  const owner = async () => (await stat(join(shared, 'file'))).uid;
  const [first, second] = await Promise.all([lendFolder(shared, account), lendFolder(shared, account)]);
  expect(await owner()).toBe(account?.uid ?? process.getuid?.());
  await first();
  expect(await owner()).toBe(account?.uid ?? process.getuid?.());
  const third = lendFolder(shared, account);
  await Promise.all([second(), third]);
  expect(await owner()).toBe(account?.uid ?? process.getuid?.());
  await symlink('/etc/passwd', join(shared, 'link'));
  await expect((await third)()).rejects.toMatchObject({ code: 'forbidden_output' });
  expect(await owner()).toBe(process.getuid?.());
});

describe('an operator', () => {
  test('who is root is warned of tools that are root too, and told what to install', async () => {
    const { warnings, notes } = await createFfmpegVideoTools({
      launchers: { ...none, isRoot: true },
    }).describe();
    expect(warnings.join('\n')).toMatch(/ffmpeg runs as root .*files: bubblewrap is not installed/);
    expect(notes.join('\n')).not.toMatch(/sandbox/);
  });

  test('is told why a better sandbox cannot be had', async () => {
    const launchers = { ...all, bwrap: '/bin/false', isRoot };
    const { ffmpeg, notes } = await createFfmpegVideoTools({ launchers }).describe();
    expect(ffmpeg).toMatchObject({ sandbox: levels[1]?.level });
    expect(notes.join('\n')).toMatch(/ffmpeg runs in the sandbox \w+; files: /);
  });

  test('who demands a sandbox gets no tools without it', async () => {
    const { ffmpeg } = await createFfmpegVideoTools({ launchers: none, sandbox: 'privileges' }).describe();
    expect(ffmpeg).toMatchObject({
      available: false,
      reason: expect.stringMatching(/privileges cannot be had.*setpriv is not installed/),
    });
  });

  test('may go without', async () => {
    const { ffmpeg } = await createFfmpegVideoTools({ sandbox: 'off' }).describe();
    expect(ffmpeg).toMatchObject({ sandbox: 'off' });
  });
});
