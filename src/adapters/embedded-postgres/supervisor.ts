import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../core/errors.js';
import type { Logger } from '../../core/logger.js';
import { limitLog } from './log-file.js';
import { stopLeftovers } from './postmaster.js';
import { type ServerOptions, type ServerProcess, startServer } from './server-process.js';

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 10_000;
const LOG_CHECK_INTERVAL_MS = 60_000;

export interface Supervisor {
  isRunning(): boolean;
  pid(): number | undefined;
  stop(): Promise<void>;
}

/**
 * Keeps a server running: one that dies is started again on the same port, so that pools connect again by
 * themselves. It never gives up (a full disk may be emptied), and waits longer after every failure, up to 10 s.
 */
export function superviseServer(
  first: ServerProcess,
  port: number,
  options: ServerOptions,
  logger: Logger,
): Supervisor {
  const stopping = new AbortController();
  let current: ServerProcess | undefined = first;

  async function restart(): Promise<ServerProcess | undefined> {
    for (let wait = FIRST_DELAY_MS; ; wait = Math.min(wait * 2, LONGEST_DELAY_MS)) {
      await delay(wait, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
      if (stopping.signal.aborted) return undefined;
      try {
        await stopLeftovers(options.layout, logger);
        return await startServer(options, port, stopping.signal);
      } catch (error) {
        if (!stopping.signal.aborted)
          logger.error({ error: messageOf(error) }, 'PostgreSQL did not start again; trying on');
      }
    }
  }

  async function supervise(): Promise<void> {
    while (current !== undefined) {
      await current.ended;
      current = undefined;
      if (stopping.signal.aborted) return;
      logger.error({ log: options.layout.logFile }, 'PostgreSQL ended unexpectedly; starting it again');
      current = await restart();
      if (current) logger.info({ postgresPid: current.pid }, 'PostgreSQL is back');
    }
  }

  const supervised = supervise();
  const logCheck = setInterval(
    () => void limitLog(options.layout.logFile).catch(() => {}),
    LOG_CHECK_INTERVAL_MS,
  );
  logCheck.unref();
  // An application that ends without `stop`, by an uncaught error say, takes its server along.
  const endServer = () => current?.requestStop();
  process.once('exit', endServer);

  return {
    isRunning: () => current !== undefined,
    pid: () => current?.pid,
    async stop() {
      stopping.abort();
      clearInterval(logCheck);
      process.off('exit', endServer);
      await current?.stop();
      await supervised;
    },
  };
}
