import { existsSync } from 'node:fs';
import { chmod, mkdtemp, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createFfmpegVideoTools } from '../../../src/adapters/ffmpeg/ffmpeg-video-tools.js';
import { createToolFinder } from '../../../src/adapters/ffmpeg/find-tools.js';
import { runTool } from '../../../src/adapters/ffmpeg/run-tool.js';
import { assembleFilter } from '../../../src/sandbox/call-filter.js';
import { forbiddenCalls } from '../../../src/sandbox/forbidden-calls.js';
import { findLaunchers } from '../../../src/sandbox/launchers.js';
import { createSandbox } from '../../../src/sandbox/sandbox.js';
import { callNames, callTableOf } from '../../../src/sandbox/system-calls.js';
import { neverAborted, run, temporaryFolder, toolSets } from './support.js';

const folder = await temporaryFolder();
const launchers = findLaunchers();
const own = callTableOf(process.arch);
const numberOf = (name: (typeof callNames)[number]) => own?.numberOf(name) ?? -1;

interface Call {
  readonly architecture?: number;
  readonly number: number;
  readonly arguments?: readonly number[];
}

/** What the kernel would answer: as much of its machine as the programs use. */
function answerTo(program: Uint8Array, call: Call): number {
  const code = Buffer.from(program);
  const data = Buffer.alloc(64);
  data.writeUInt32LE(call.number, 0);
  data.writeUInt32LE(call.architecture ?? x64.architecture, 4);
  for (const [index, value] of (call.arguments ?? []).entries()) data.writeUInt32LE(value, 16 + 8 * index);
  let loaded = 0;
  for (let at = 0; at < code.length; at += 8) {
    const value = code.readUInt32LE(at + 4);
    const jump = (holds: boolean) => 8 * code.readUInt8(at + (holds ? 2 : 3));
    const operation = code.readUInt16LE(at);
    if (operation === 0x20) loaded = data.readUInt32LE(value);
    else if (operation === 0x15) at += jump(loaded === value);
    else if (operation === 0x35) at += jump(loaded >= value);
    else if (operation === 0x45) at += jump((loaded & value) !== 0);
    else if (operation === 0x06) return value;
    else throw new Error(`unknown instruction ${operation}`);
  }
  throw new Error('the program has no end');
}
const x64 = callTableOf('x64') ?? expect.fail();
const allowed = 0x7fff_0000;
const killed = 0x8000_0000;
const refusedWith = (error: number) => 0x0005_0000 + error;

describe('a filter of system calls', () => {
  const program = assembleFilter(x64, [
    { call: 'ptrace', error: 1 },
    { call: 'clone', error: 1, when: [{ argument: 0, lacks: 0x1_0000 }] },
    {
      call: 'prctl',
      error: 2,
      when: [
        { argument: 0, is: 1 },
        { argument: 1, isNot: 9 },
      ],
    },
    { call: 'mount', error: 3 },
  ]);
  const on = (call: 'ptrace' | 'clone' | 'prctl' | 'mount', ...words: number[]) =>
    answerTo(program, { number: x64.numberOf(call) ?? -1, arguments: words });

  test('refuses what it names and allows all else', () => {
    expect([on('ptrace'), on('mount'), answerTo(program, { number: 0 })]).toEqual([
      refusedWith(1),
      refusedWith(3),
      allowed,
    ]);
  });

  test('refuses by arguments, where all that is said of them holds', () => {
    expect([on('clone', 0x3d_0f00), on('clone', 17)]).toEqual([allowed, refusedWith(1)]);
    expect([on('prctl', 1, 9), on('prctl', 38, 0), on('prctl', 1, 0)]).toEqual([
      allowed,
      allowed,
      refusedWith(2),
    ]);
  });

  test('ends what calls as on another processor, and knows no other numbers', () => {
    expect(answerTo(program, { number: 0, architecture: 0x4000_0003 })).toBe(killed);
    expect(answerTo(program, { number: 0x4000_0000 })).toBe(refusedWith(38));
  });

  test.runIf(process.platform === 'linux')(
    'among others refuses what Landlock does not look at by whichever call it is asked for',
    () => {
      const among = forbiddenCalls('among others', 'x64') ?? expect.fail();
      const asked = (number: number, ...words: number[]) => answerTo(among, { number, arguments: words });
      // What chmod does: with attributes of Linux 6.13 and of files of 6.17. A file of the database could be emptied before 6.2.
      const [setxattrat, removexattrat, fileSetattr, truncate] = [463, 466, 469, 76];
      for (const number of [setxattrat, removexattrat, fileSetattr, truncate])
        expect([number, asked(number)]).toEqual([number, refusedWith(1)]);
      // The least of all processes of the group or the user, by a number that is 0.
      const [setpriority, ioprioSet] = [141, 251];
      expect([asked(setpriority, 0, 0, 19), asked(ioprioSet, 1, 0, 0)]).toEqual([allowed, allowed]);
      for (const which of [1, 2]) expect(asked(setpriority, which, 0, 19)).toBe(refusedWith(1));
      for (const which of [2, 3]) expect(asked(ioprioSet, which, 0, 0)).toBe(refusedWith(1));
    },
  );

  test('is had for the usual processors and for no other', () => {
    expect(['x64', 'arm64', 'riscv64'].map((name) => forbiddenCalls('alone', name) !== undefined)).toEqual(
      ['x64', 'arm64', 'riscv64'].map((name) => process.platform === 'linux' && name !== 'riscv64'),
    );
  });

  test.each([
    ['x64', '/usr/include/x86_64-linux-gnu/asm/unistd_64.h'],
    ['arm64', '/usr/include/asm-generic/unistd.h'],
  ])('has the numbers that the headers of %s have', async (processor, header) => {
    if (!existsSync(header)) return;
    const text = await readFile(header, 'utf8');
    const told = new Map(
      [...text.matchAll(/^#define __NR(?:3264)?_(\w+) (\d+)$/gm)].map((found) => [
        found[1],
        Number(found[2]),
      ]),
    );
    const differ = callNames.filter(
      (name) => told.has(name) && told.get(name) !== callTableOf(processor)?.numberOf(name),
    );
    expect(differ).toEqual([]);
  });
});

describe.runIf(own && launchers.bwrap)('in a root of its own', () => {
  /** What a program that was taken over is answered, each call with these arguments. */
  async function answers(callFilter: Uint8Array | undefined, calls: readonly (readonly number[])[]) {
    const path = join(folder, 'calls');
    const body = calls.map((words) => `$! = 0; syscall(${words.join(', ')}); push @said, $! + 0;`).join('\n');
    await writeFile(path, `#!/usr/bin/perl\n$SIG{ALRM} = 'IGNORE';\n${body}\nprint join(' ', @said);\n`, {
      mode: 0o755,
    });
    await writeFile(join(folder, 'input'), '');
    const input = await open(join(folder, 'input'));
    const sandbox = createSandbox(
      { level: 'files', launchers, callFilter },
      { path, readsDescriptors: true },
    );
    const limits = { addressSpaceBytes: 2 ** 32, fileBytes: 1000, cpuSeconds: 30 };
    const { launch, leave } = await sandbox.enter(
      { argumentsFor: () => [], inputPath: join(folder, 'input'), limits },
      input,
    );
    const { stdout, stderr } = await runTool({
      ...launch,
      ...{ tool: 'ffmpeg', signal: neverAborted, wallClockSeconds: 20 },
      ...{ stallSeconds: 60, maximumMemoryBytes: 2 ** 32, maximumOutputBytes: 10_000 },
    }).finally(() => Promise.all([leave(), input.close()]));
    expect(stderr).toBe('');
    return stdout.toString().split(' ').map(Number);
  }
  const withNothing = (name: (typeof callNames)[number]) => [numberOf(name), 0, 0, 0, 0, 0, 0];

  test('the real tools run with the filter', async () => {
    for (const { places } of toolSets) {
      const finder = createToolFinder(places);
      for (const name of ['ffmpeg', 'ffprobe'] as const)
        expect((await finder.find(name)).sandbox).toMatchObject({ level: 'files', filtersCalls: true });
    }
  });

  test('a program starts no other, reaches none and finds no memory that is not counted', async () => {
    const tried = ['fork', 'vfork', 'clone', 'setsid', 'ptrace', 'unshare', 'mount', 'keyctl'] as const;
    const more = ['bpf', 'userfaultfd', 'io_uring_setup', 'memfd_create', 'shmget', 'socket'] as const;
    const calls = [...tried, ...more].filter((name) => own?.numberOf(name) !== undefined);
    const said = await answers(forbiddenCalls(), [...calls.map(withNothing), withNothing('clone3')]);
    expect(said).toEqual([...calls.map(() => 1), 38]);
  });

  test('a program dies with who started it, and cannot ask not to', async () => {
    const setDeathSignal = (signal: number) => [numberOf('prctl'), 1, signal];
    const calls = [setDeathSignal(0), setDeathSignal(9)];
    expect(await answers(forbiddenCalls(), calls)).toEqual([1, 0]);
    expect(await answers(undefined, calls)).toEqual([0, 0]);
  });
});

/** Kernels may be built, or started, without it. */
const hasLandlock =
  launchers.perl !== undefined &&
  (await run(launchers.perl, ['-e', 'print syscall(444, 0, 0, 1)'])).stdout > '0';

describe.runIf(own && hasLandlock).each([
  { level: 'network', missing: { bwrap: undefined } },
  { level: 'privileges', missing: { bwrap: undefined, unshare: undefined } },
  { level: 'limits', missing: { bwrap: undefined, unshare: undefined, setpriv: undefined } },
] as const)('in the sandbox $level, which hides nothing', ({ level, missing }) => {
  /** What comes of each attempt: its word, or the error. */
  async function attempts(isFiltered: boolean, tried: Readonly<Record<string, string>>) {
    const path = join(folder, `tries-${level}`);
    const lines = Object.values(tried).map((attempt) => `$! = 0; print((${attempt}) ? "done\\n" : "$!\\n");`);
    await writeFile(path, `#!/usr/bin/perl\nuse Socket; use POSIX;\n$| = 1;\n${lines.join('\n')}\n`, {
      mode: 0o755,
    });
    await writeFile(join(folder, 'input'), 'input');
    const input = await open(join(folder, 'input'));
    const workFolder = await mkdtemp(join(folder, 'work-'));
    const sandbox = createSandbox(
      {
        ...{ level, launchers: { ...launchers, ...missing } },
        callFilter: isFiltered ? forbiddenCalls('among others') : undefined,
      },
      { path, readsDescriptors: true },
    );
    const limits = { addressSpaceBytes: 2 ** 32, fileBytes: 1000, cpuSeconds: 30 };
    const task = { argumentsFor: () => [], inputPath: join(folder, 'input'), workFolder, limits };
    const { launch, leave } = await sandbox.enter(task, input);
    const { stdout, stderr } = await runTool({
      ...launch,
      ...{ tool: 'ffmpeg', signal: neverAborted, wallClockSeconds: 20 },
      ...{ stallSeconds: 60, maximumMemoryBytes: 2 ** 32, maximumOutputBytes: 10_000 },
    });
    await leave().catch(() => {});
    await input.close();
    expect(stderr).toBe('');
    const said = stdout.toString().trim().split('\n');
    return Object.fromEntries(Object.keys(tried).map((name, index) => [name, said[index]]));
  }

  test('a program does its work, and nothing to the server, its files, or anybody else', async () => {
    await chmod(folder, 0o711);
    const open_ = (mode: string, path: string) => `open(my $f, "${mode}", "${path}")`;
    const works = {
      'reads its input': 'read(STDIN, my $bytes, 5) == 5',
      'opens its input again': open_('<', '/proc/self/fd/0'),
      'writes to its folder': open_('>', 'mine'),
      'makes a folder there': 'mkdir "deeper"',
      'moves files there': 'rename "mine", "deeper/mine"',
      'removes files there': 'unlink "deeper/mine"',
      'reads programs': open_('<', '/usr/bin/env'),
      'runs in threads of its own priority': 'POSIX::nice(1)',
    };
    const harms = {
      'starts another': 'defined(fork)',
      'signals the server': `kill(0, ${process.pid})`,
      'limits the server': `syscall(${numberOf('prlimit64')}, ${process.pid}, 0, 0, 0) == 0`,
      'reads the server’s environment': open_('<', `/proc/${process.pid}/environ`),
      'reads the server’s memory': open_('<', `/proc/${process.pid}/mem`),
      'reads what everybody may': open_('<', '/etc/passwd'),
      'writes where everybody may': open_('>', `/tmp/harm-${level}`),
      'calls somebody': 'socket(my $s, PF_INET, SOCK_STREAM, 0)',
      'links out of its folder': 'symlink "/etc/passwd", "link"',
      'makes a pipe': 'mkfifo("pipe", 0600)',
      'closes a folder': 'chmod(0, "deeper")',
      'slows down all that its user runs': `syscall(${numberOf('setpriority')}, 2, 0, 19) == 0`,
    };
    const said = await attempts(true, { ...works, ...harms });
    for (const name of Object.keys(works)) expect([name, said[name]]).toEqual([name, 'done']);
    for (const name of Object.keys(harms))
      expect([name, said[name]]).toEqual([name, expect.stringMatching(/not permitted|denied/)]);
    const unfiltered = { ...harms, 'starts another': '1' };
    expect(Object.values(await attempts(false, unfiltered))).toContain('done');
  });

  test('the real tools run there', async () => {
    for (const { places } of toolSets) {
      const finder = createToolFinder({ ...places, launchers: { ...launchers, ...missing } });
      for (const name of ['ffmpeg', 'ffprobe'] as const)
        expect((await finder.find(name)).sandbox).toMatchObject({ level, filtersCalls: true });
    }
  });
});

test('a program that starts others goes without, and an operator is told why', async () => {
  const path = join(folder, 'ffprobe');
  await writeFile(path, '#!/bin/bash\n(exit 0) || exit 1\necho "ffprobe version 9.0"\n', { mode: 0o755 });
  const tools = createFfmpegVideoTools({ ffprobePath: path });
  const { ffprobe, notes } = await tools.describe();
  expect(ffprobe).toMatchObject({ filtersCalls: false });
  expect(notes.filter((note) => note.startsWith('ffprobe runs in the sandbox'))).toEqual([
    expect.stringContaining('its system calls are not filtered: '),
  ]);
});
