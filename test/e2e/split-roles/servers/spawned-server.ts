import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { untilAnswered } from '../../support/until-answered.js';
import { type Server, signalFamily } from './server.js';

const START_DEADLINE_SECONDS = 90;

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
    await untilAnswered(options.answers, START_DEADLINE_SECONDS);
  }

  async function kill(): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  // None is left behind by a run that was broken off.
  process.once('exit', () => child?.kill('SIGKILL'));
  await start();
  return {
    kill,
    start,
    pause: () => signalFamily(child?.pid ?? 0, 'SIGSTOP'),
    resume: () => signalFamily(child?.pid ?? 0, 'SIGCONT'),
    end: kill,
  };
}
