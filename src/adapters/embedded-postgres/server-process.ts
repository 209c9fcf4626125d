import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { failureOf } from './failures.js';
import type { Launch } from './launcher.js';
import type { Layout } from './layout.js';
import { limitLog, readLogAfter, sizeOf } from './log-file.js';
import { readPostmaster, stopServer } from './postmaster.js';
import { flagsOf, type Settings } from './settings.js';

/** Recovery after a crash replays at most `max_wal_size`; a slow disk needs its time for it. */
const READY_DEADLINE_MS = 5 * 60_000;

export interface ServerProcess {
  readonly pid: number;
  /** Settles when the process has ended, however it did. */
  readonly ended: Promise<void>;
  /** Ends the server cleanly and waits for its end. */
  stop(): Promise<void>;
  /** Asks for a clean end without waiting, for the last moment of this process. */
  requestStop(): void;
}

export interface ServerOptions {
  readonly layout: Layout;
  readonly postgres: string;
  readonly launch: Launch;
  readonly settings: Settings;
}

/** Starts the server and resolves when it takes connections; rejects with what its log says when it cannot. */
export async function startServer(
  options: ServerOptions,
  port: number,
  abort: AbortSignal,
): Promise<ServerProcess> {
  const { layout, postgres, launch, settings } = options;
  await limitLog(layout.logFile);
  const logStart = await sizeOf(layout.logFile);
  const log = await open(layout.logFile, 'a', 0o600);
  // A session of its own: Ctrl-C in the terminal must not end the server before the application has finished.
  const child = launch(postgres, ['-D', layout.cluster, '-p', `${port}`, ...flagsOf(settings)], {
    stdio: ['ignore', log.fd, log.fd],
    detached: true,
  });
  const ended = once(child, 'exit').then(() => {});
  ended.catch(() => {}); // a failed spawn is reported below
  try {
    await once(child, 'spawn');
  } finally {
    await log.close();
  }
  child.unref();
  const pid = child.pid ?? 0;
  const stop = async () => {
    child.ref();
    if (child.exitCode === null && child.signalCode === null) await stopServer(pid);
    await ended;
  };
  const requestStop = () => void child.kill('SIGINT');
  let running = true;
  const over = ended.then(() => {
    running = false;
  });
  const deadline = performance.now() + READY_DEADLINE_MS;
  while (running) {
    if (abort.aborted || performance.now() > deadline) {
      await stop();
      break;
    }
    const recorded = await readPostmaster(layout);
    if (recorded?.pid === pid && recorded.ready) return { pid, ended, stop, requestStop };
    await Promise.race([over, delay(10)]);
  }
  throw failureOf('start', await readLogAfter(layout.logFile, logStart), layout.logFile);
}
