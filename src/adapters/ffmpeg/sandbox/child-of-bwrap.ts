import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';

export interface End {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** bwrap ends with 128 and the number of the signal that ended its child, as shells do. */
export async function endOf(child: ChildProcess, isChild: boolean): Promise<End> {
  const end = await new Promise<End>((resolve, reject) => {
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal }));
    child.once('error', reject);
  });
  const told = isChild ? signals.get((end.exitCode ?? 0) - 128) : undefined;
  return told ? { exitCode: null, signal: told } : end;
}

/** Of those that a tool may end of; exit codes of ffmpeg are above them. */
const signals = new Map(
  Object.entries(constants.signals)
    .filter(([, number]) => number < 32)
    .map(([name, number]) => [number, name as NodeJS.Signals]),
);

/** Takes the process id of the tool when bwrap tells it, which is before the tool begins. */
export function whenTold(child: ChildProcess, take: (processId: number) => void): void {
  let text = '';
  (child.stdio[4] as Readable).setEncoding('utf8').on('data', (more: string) => {
    text += more;
    const told = /"child-pid": (\d+)\D/.exec(text)?.[1];
    if (told) take(Number(told));
  });
}
