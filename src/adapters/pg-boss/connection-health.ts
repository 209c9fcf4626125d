import { messageOf } from '../../core/errors.js';
import type { Logger } from '../../core/logger.js';

/** Says once that the database is away, and once that it is back, however many statements fail in between. */
export interface ConnectionHealth {
  failed(error: unknown): void;
  succeeded(): void;
  /** Milliseconds since the last trouble ended; 0 while it lasts, Infinity when there was none. */
  calmForMs(): number;
}

export function createConnectionHealth(logger: Logger): ConnectionHealth {
  let away = false;
  let calmSince = Number.NEGATIVE_INFINITY;
  return {
    failed(error) {
      if (!away) logger.warn({ error: messageOf(error) }, 'job queue: database unavailable, trying on');
      away = true;
    },
    succeeded() {
      if (!away) return;
      away = false;
      calmSince = performance.now();
      logger.info({}, 'job queue: database available again');
    },
    calmForMs: () => (away ? 0 : performance.now() - calmSince),
  };
}
