import { messageOf } from '../../core/errors.js';
import type { Logger } from '../../core/logger.js';
import type { RunningMediaFlow } from '../wire/start-media-flow.js';

/** A shutdown that takes longer than this ends the process at once; nothing acknowledged is lost by that. */
const LIMIT_MILLISECONDS = 20_000;
/** Of one Ctrl-C a process under npm hears twice, from the terminal and from npm. */
const ONE_KEYSTROKE_MILLISECONDS = 500;

/** Stops the server at the first signal, and ends the process at the second: what was under way is done again then. */
export function createShutdown(options: {
  readonly running: Pick<RunningMediaFlow, 'stop' | 'underWay'>;
  readonly logger: Logger;
  readonly exit: (code: number) => void;
  readonly isTerminal: boolean;
  /** Milliseconds on any clock. */
  readonly now: () => number;
}): (signal: NodeJS.Signals) => void {
  const { running, logger, exit, now } = options;
  let stoppingSince: number | undefined;

  const finish = (end: () => void, code: number) => {
    end();
    exit(code);
  };

  return (signal) => {
    if (stoppingSince !== undefined) {
      if (now() - stoppingSince < ONE_KEYSTROKE_MILLISECONDS) return;
      finish(() => logger.warn({ signal }, 'ended at once: what was under way is done again'), 1);
      return;
    }
    stoppingSince = now();
    const { requests, jobs } = running.underWay();
    logger.info({ signal, requests, jobs }, sentence(requests, jobs, options.isTerminal));
    setTimeout(() => finish(() => logger.error({}, 'shutdown took too long'), 1), LIMIT_MILLISECONDS).unref();
    running.stop().then(
      () => finish(() => logger.info({}, 'stopped'), 0),
      (error: unknown) => finish(() => logger.error({ error: messageOf(error) }, 'shutdown failed'), 1),
    );
  };
}

function sentence(requests: number, jobs: readonly string[], isTerminal: boolean): string {
  const waits = [
    ...(requests > 0 ? [requests === 1 ? '1 request' : `${requests} requests`] : []),
    ...(jobs.length > 0
      ? [`${jobs.length === 1 ? '1 job' : `${jobs.length} jobs`} (${jobs.join(', ')})`]
      : []),
  ];
  if (waits.length === 0) return 'stopping';
  const again = isTerminal ? '; Ctrl-C again ends at once' : '';
  return `stopping: gives ${waits.join(' and ')} a few seconds to end${again}`;
}
