import { text } from 'node:stream/consumers';
import type { Launch } from './launcher.js';

export interface ProgramResult {
  readonly exitCode: number | null;
  readonly output: string;
}

/** Runs a short-lived program to its end. `output` is stdout and stderr; a failed spawn rejects. */
export async function runProgram(
  launch: Launch,
  program: string,
  args: readonly string[],
): Promise<ProgramResult> {
  const child = launch(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const collected = [child.stdout, child.stderr].map((stream) => (stream ? text(stream) : ''));
  const [exitCode, ...outputs] = await Promise.all([ended, ...collected]);
  return { exitCode, output: outputs.join('') };
}
