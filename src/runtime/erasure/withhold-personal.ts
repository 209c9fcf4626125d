import type { EventDefinitions, StoredEvent } from '../../core/event.js';
import { redactEvent } from './seal-events.js';

/**
 * An event as the log keeps it, without what is personal in it: what is sealed is left out, ciphertext too, and so is what an
 * earlier release wrote readably. In its place stands what an erased event has, and `withheld` in its metadata says that there
 * is more to be asked for. A viewer's random id stays; that says nothing of who it is.
 */
export function withholdPersonal(definitions: EventDefinitions, event: StoredEvent): StoredEvent {
  const { sealed, ...metadata } = event.metadata;
  if (sealed !== undefined) return { ...event, metadata: { ...metadata, withheld: true } };
  const redacted = redactEvent(definitions, event);
  if (redacted) {
    const { erased: _, ...open } = redacted.metadata;
    return { ...event, data: redacted.data, metadata: { ...open, withheld: true } };
  }
  if (typeof event.data.userId !== 'string') return event;
  return { ...event, metadata: { ...event.metadata, withheld: true } };
}
