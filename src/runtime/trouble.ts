import { isPassing, messageOf } from '../core/errors.js';
import type { Logger } from '../core/logger.js';

/** What several loops of a process tell of an engine that they all need. */
export interface Trouble {
  /** Trouble that passes is said once, whoever meets it and however often; any other each time. */
  failed(error: unknown, message: string, fields?: object): void;
  /** Something has succeeded: said once, when there was trouble. */
  succeeded(): void;
}

export function createTrouble(logger: Logger, back: string): Trouble {
  let isSaid = false;
  return {
    failed(error, message, fields = {}) {
      const told = { ...fields, error: messageOf(error) };
      if (!isPassing(error)) logger.warn(told, message);
      else if (isSaid) logger.debug(told, message);
      else {
        isSaid = true;
        logger.warn(told, message);
      }
    },
    succeeded() {
      if (isSaid) logger.info({}, back);
      isSaid = false;
    },
  };
}
