import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { untilAnswered } from '../../support/until-answered.js';
import { type Server, signalFamily } from './server.js';

/** A broker that was killed goes through all that it has before it answers, on a machine that twelve processes share with it. */
const START_DEADLINE_SECONDS = 300;

/** A server that is one program; `answers` rejects until it does. */
export async function startSpawnedServer(options: {
  readonly program: string;
  readonly args: readonly string[];
  readonly logFile: string;
  readonly answers: () => Promise<unknown>;
}): Promise<Server> {
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    const output = openSync(options.logFile, 'a');
    child = spawn(options.program, [...options.args], { stdio: ['ignore', output, output] });
    closeSync(output);
    await once(child, 'spawn');
    const ended = once(child, 'exit').then(async () => {
      const lines = (await readFile(options.logFile, 'utf8')).trimEnd().split('\n');
      throw new Error(`${options.program} ended. Its log ends:\n${lines.slice(-15).join('\n')}`);
    });
    ended.catch(() => {});
    await Promise.race([untilAnswered(options.answers, START_DEADLINE_SECONDS), ended]);
  }

  async function kill(): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  await start().catch(async (error) => {
    await kill();
    throw error;
  });
  return {
    kill,
    start,
    pause: () => signalFamily(child?.pid ?? 0, 'SIGSTOP'),
    resume: () => signalFamily(child?.pid ?? 0, 'SIGCONT'),
    end: kill,
  };
}
