import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import type { EndOfChild } from './run/end-of-child.js';

/** unshare ends of the signal that ended its child, but has not found out how to for SIGKILL before util-linux 2.39. */
const unshareOnKill = /^unshare: sigprocmask unblock failed[^\n]*\n$/m;

/** bwrap ends with 128 and the number of the signal that ended its child, as shells do. */
export function endInside(end: EndOfChild, stderr: string): EndOfChild {
  if (end.exitCode === 1 && unshareOnKill.test(stderr)) return { exitCode: null, signal: 'SIGKILL' };
  const signal = signals.get((end.exitCode ?? 0) - 128);
  return signal ? { exitCode: null, signal } : end;
}

/** Of those that a tool may end of; exit codes of ffmpeg are above those. */
const signals = new Map(
  Object.entries(constants.signals)
    .filter(([, number]) => number < 32)
    .map(([name, number]) => [number, name as NodeJS.Signals]),
);

/**
 * Takes the process id of the tool when bwrap tells it, which is before the tool begins. What comes after that is let go
 * of, in case it is the tool's.
 */
export function whenTold(child: ChildProcess, take: (processId: number) => void): void {
  const pipe = child.stdio[4] as Readable;
  let text = '';
  const read = (more: string) => {
    text += more;
    const told = /"child-pid": (\d+)\D/.exec(text)?.[1];
    if (told === undefined) return;
    pipe.off('data', read).resume();
    take(Number(told));
  };
  pipe.setEncoding('utf8').on('data', read);
}
