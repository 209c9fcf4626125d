import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const MODULE = new URL('../../src/files/let-others-first.ts', import.meta.url);

/** The nice value that a process comes to which had another before, and is no root by then. */
async function niceFrom(before: number): Promise<string> {
  const script = `
    import { getPriority, setPriority } from 'node:os';
    const { letOthersFirst } = await import(${JSON.stringify(MODULE.href)});
    setPriority(${before});
    if (process.getuid() === 0) process.setuid(65534);
    letOthersFirst();
    console.log(getPriority());`;
  const flags = ['--disable-warning=ExperimentalWarning', '--experimental-transform-types'];
  return (await run(process.execPath, [...flags, '--input-type=module', '--eval', script])).stdout.trim();
}

test.runIf(process.platform === 'linux')(
  'a thread that works beside requests becomes nice, and one that is nicer stays it',
  async () => {
    expect(await niceFrom(19)).toBe('19');
  },
);
