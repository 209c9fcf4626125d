import type { StoredEvent } from './event.js';

/** What may be changed of an event that is stored. */
export type Redacted = Pick<StoredEvent, 'data' | 'metadata'>;

/**
 * The one exception to events that never change, for those that were written before what is personal in them was
 * encrypted: ids, types, order and positions stay.
 */
export interface EventRedaction {
  /**
   * Overwrites the events of a stream for which `redact` gives something, and says how many. `redact` sees them as they are
   * stored; the same event again gives undefined. Throws `unavailable`; what was overwritten by then stays so.
   */
  redactStream(stream: string, redact: (event: StoredEvent) => Redacted | undefined): Promise<number>;
}
