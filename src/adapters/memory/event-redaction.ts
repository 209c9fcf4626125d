import type { EventRedaction } from '../../core/event-redaction.js';
import type { MemoryLog } from './memory-log.js';

/** Overwrites events of a log in memory: for tests. */
export const createMemoryEventRedaction = (log: MemoryLog): EventRedaction => ({
  async redactStream(stream, redact) {
    let redacted = 0;
    for (const event of log.events) {
      const left = event.stream === stream ? redact(structuredClone(event)) : undefined;
      if (!left) continue;
      // The very object that every index of the log has.
      Object.assign(event, left);
      redacted += 1;
    }
    return redacted;
  },
});
