import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The command line of the built product, to be run by Node. */
export const cliBin = fileURLToPath(new URL('../../../bin/mediaflow.js', import.meta.url));
/** On a machine whose cores many share, loading twelve of these programs at once has taken more than one minute. */
const START_DEADLINE_MILLISECONDS = 180_000;

export interface Product {
  readonly url: string;
  readonly pid: number;
  /** Lines of its log so far. */
  readonly log: readonly string[];
  hasEnded(): boolean;
  /** When it has: its exit code, or the signal. */
  readonly ended: Promise<number | string>;
  /** kill -9, as a power cut or an OOM killer would. */
  kill(): Promise<void>;
  /** SIGTERM, and the exit code. */
  stop(): Promise<number | null>;
}

/** Starts the built product as a user would, all roles unless told otherwise, on a free port, and waits until it says it is ready. */
export async function startProduct(
  dataFolder: string,
  environment: Record<string, string> = {},
  roles?: string,
): Promise<Product> {
  const child = spawn(process.execPath, [cliBin, 'serve', ...(roles ? ['--roles', roles] : [])], {
    env: { ...process.env, PORT: '0', MEDIAFLOW_DATA: dataFolder, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: string[] = [];
  const exited = once(child, 'exit');
  createInterface({ input: child.stderr }).on('line', (line) => log.push(line));
  const url = await readyUrl(child, log, exited);
  return {
    url,
    pid: child.pid ?? 0,
    log,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    ended: exited.then(([code, signal]) => code ?? signal),
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      child.kill('SIGTERM');
      await exited;
      return child.exitCode;
    },
  };
}

function readyUrl(child: ChildProcess, log: string[], exited: Promise<unknown>): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${why}\n${log.join('\n')}`));
    const deadline = setTimeout(() => {
      child.kill('SIGKILL');
      fail('The product did not become ready in time');
    }, START_DEADLINE_MILLISECONDS);
    exited.then(() => {
      clearTimeout(deadline);
      fail('The product ended before it was ready');
    });
    if (!child.stdout) return fail('The product has no output');
    createInterface({ input: child.stdout }).on('line', (line) => {
      log.push(line);
      const url = /"url":"([^"]+)"/.exec(line)?.[1];
      if (!url || !line.includes('ready: ')) return;
      clearTimeout(deadline);
      resolve(url);
    });
  });
}
