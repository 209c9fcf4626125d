import type { EventDefinitions } from '../../core/event.js';
import type { EventRedaction } from '../../core/event-redaction.js';
import type { PersonalKeys } from '../../core/personal-keys.js';
import { redactEvent } from './seal-events.js';

/**
 * Makes unreadable for good what is personal in a stream: its key is destroyed, and what an earlier release wrote without
 * one is overwritten. Repeating is harmless.
 */
export const createErase =
  (dependencies: {
    readonly keys: Pick<PersonalKeys, 'destroy'>;
    readonly redaction: EventRedaction;
    readonly definitions: EventDefinitions;
  }) =>
  async (stream: string): Promise<void> => {
    const { keys, redaction, definitions } = dependencies;
    await keys.destroy(stream);
    await redaction.redactStream(stream, (event) => redactEvent(definitions, event));
  };
