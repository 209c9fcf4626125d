import { messageOf } from '../../../core/errors.js';
import type { Logger } from '../../../core/logger.js';

/** What a log says of a server that comes and goes. */
export interface OutageTeller {
  /** `what` begins the sentence, such as that it does not answer. */
  gone(error: unknown, what: string): void;
  back(): void;
  /** Nothing more is said. */
  close(): void;
}

/**
 * Says at once that Redis is gone, and that it is back when it has stayed for a while: one that is busier than anybody waits
 * for it goes and comes many times a minute, of which two lines are enough.
 */
export function createOutageTeller(logger: Logger, steadyMilliseconds: number): OutageTeller {
  let outages = 0;
  let goneAt = 0;
  let isAway = false;
  let timer: NodeJS.Timeout | undefined;

  function tellBack(): void {
    const lastedSeconds = Math.round((performance.now() - steadyMilliseconds - goneAt) / 1_000);
    logger.info({ lastedSeconds, outages }, 'Redis answers again');
    outages = 0;
  }

  return {
    gone(error, what) {
      if (isAway) return;
      isAway = true;
      clearTimeout(timer);
      outages++;
      const fields = { error: messageOf(error) };
      const message = `${what}: answers are worked out without it`;
      if (outages > 1) return logger.debug(fields, message);
      goneAt = performance.now();
      logger.warn(fields, message);
    },
    back() {
      if (!isAway) return;
      isAway = false;
      timer = setTimeout(tellBack, steadyMilliseconds).unref();
    },
    close: () => clearTimeout(timer),
  };
}
