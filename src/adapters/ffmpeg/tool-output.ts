import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { tooLarge } from './beyond-limits.js';
import { createProgressReader } from './progress.js';
import type { ToolRun } from './tool-run.js';

const stderrKeptCharacters = 64 * 1024;
/** Of complaints and progress together. A day of progress has 50 MB; to read on for ever would take a processor of ours. */
const mostToldCharacters = 2 ** 30;

/** What a run has given so far. */
export interface ToolOutput {
  readonly stdout: Buffer[];
  stderr: string;
  outTimeSeconds: number;
  frames: number;
  stdoutBytes: number;
}

/** Reads what a tool writes to us as it comes, and calls `stop` when it is more than it may be. */
export function collectOutput(child: ChildProcess, run: ToolRun, stop: (error: unknown) => void): ToolOutput {
  const output: ToolOutput = {
    stdout: [],
    stderr: '',
    outTimeSeconds: 0,
    frames: 0,
    stdoutBytes: 0,
  };
  child.stdout?.on('data', (chunk: Buffer) => {
    output.stdoutBytes += chunk.length;
    if (output.stdoutBytes > run.maximumOutputBytes)
      return stop(tooLarge('ffmpeg_output_too_large', `${run.tool} wrote more than it was asked for.`));
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
    stop(tooLarge('ffmpeg_output_too_large', `${run.tool} said more than anybody could read.`));
    return false;
  };
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (!heard(text)) return;
    output.stderr = (output.stderr + text).slice(-stderrKeptCharacters);
  });
  const read = createProgressReader((progress) => {
    output.outTimeSeconds = Math.max(output.outTimeSeconds, progress.outTimeSeconds ?? 0);
    output.frames = Math.max(output.frames, progress.frame ?? 0);
    run.onProgress?.(progress);
  });
  (child.stdio[3] as Readable).setEncoding('utf8').on('data', (text: string) => {
    if (heard(text)) read(text);
  });
  return output;
}
