import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { tooLarge } from './beyond-limits.js';
import type { ToolRun } from './tool-run.js';

const stderrKeptCharacters = 64 * 1024;
/** Of complaints and progress together. A day of progress has 50 MB; to read on for ever would take a processor of ours. */
const mostToldCharacters = 2 ** 30;

/** What a run has given so far. */
export interface ToolOutput {
  readonly stdout: Buffer[];
  stderr: string;
  stdoutBytes: number;
}

/** Reads what a tool writes to us as it comes, and calls `stop` when it is more than it may be. */
export function collectOutput(child: ChildProcess, run: ToolRun, stop: (error: unknown) => void): ToolOutput {
  const output: ToolOutput = {
    stdout: [],
    stderr: '',
    stdoutBytes: 0,
  };
  child.stdout?.on('data', (chunk: Buffer) => {
    output.stdoutBytes += chunk.length;
    if (output.stdoutBytes > run.maximumOutputBytes)
      return stop(tooLarge(run.tool.codes.output, `${run.tool.name} wrote more than it was asked for.`));
    if (!run.onOutput) return output.stdout.push(chunk);
    try {
      run.onOutput(chunk);
    } catch (error) {
      stop(error);
    }
  });
  let toldCharacters = 0;
  const heard = (text: string): boolean => {
    toldCharacters += text.length;
    if (toldCharacters <= mostToldCharacters) return true;
    stop(tooLarge(run.tool.codes.output, `${run.tool.name} said more than anybody could read.`));
    return false;
  };
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (!heard(text)) return;
    output.stderr = (output.stderr + text).slice(-stderrKeptCharacters);
  });
  (child.stdio[3] as Readable).setEncoding('utf8').on('data', (text: string) => {
    if (heard(text)) run.onTold?.(text);
  });
  return output;
}
