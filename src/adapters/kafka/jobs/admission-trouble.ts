import { messageOf } from '../../../core/errors.js';
import type { Logger } from '../../../core/logger.js';

/** Says once that jobs cannot be admitted, however many kinds it concerns, and once that all of them can again. */
export interface AdmissionTrouble {
  failed(kind: string, error: unknown): void;
  succeeded(kind: string): void;
}

export function createAdmissionTrouble(logger: Logger): AdmissionTrouble {
  const concerned = new Set<string>();
  return {
    failed(kind, error) {
      const fields = { kind, error: messageOf(error) };
      if (concerned.size === 0) logger.warn(fields, 'jobs cannot be admitted from Kafka, trying on');
      else logger.debug(fields, 'jobs cannot be admitted from Kafka');
      concerned.add(kind);
    },
    succeeded(kind) {
      if (concerned.delete(kind) && concerned.size === 0)
        logger.info({}, 'jobs are admitted from Kafka again');
    },
  };
}
