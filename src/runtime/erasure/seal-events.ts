import type { EventDefinitions, EventMetadata, EventToAppend, StoredEvent } from '../../core/event.js';
import type { Redacted } from '../../core/event-redaction.js';
import type { JsonObject } from '../../core/json.js';
import { joinPersonal, partPersonal } from '../../core/personal-data.js';
import type { PersonalKey } from '../../core/personal-keys.js';
import { parseStorable, storableJson } from '../../core/storable-text.js';
import { seal, unseal } from './seal.js';

/** What is sealed of an event. */
interface SealedParts {
  readonly personal: JsonObject;
  /** A hash of few possible texts leads back to them. */
  readonly requestHash?: string;
}

/** The event without what is personal, and that apart. Undefined where nothing is. */
function partEvent<Event extends EventToAppend>(
  definitions: EventDefinitions,
  event: Event,
): { readonly open: Event; readonly parts: SealedParts } | undefined {
  const fields = Object.hasOwn(definitions, event.type) ? definitions[event.type]?.personal : undefined;
  if (!fields) return undefined;
  const { open, personal } = partPersonal(fields, event.data);
  const { requestHash, ...metadata } = event.metadata;
  if (Object.keys(personal).length === 0 && requestHash === undefined) return undefined;
  return {
    open: { ...event, data: open, metadata },
    parts: { personal, ...(requestHash === undefined ? {} : { requestHash }) },
  };
}

/** Whether any of these events can hold something personal. */
export const concernsPersons = (definitions: EventDefinitions, events: readonly EventToAppend[]): boolean =>
  events.some(({ type }) => Object.hasOwn(definitions, type) && definitions[type]?.personal !== undefined);

/**
 * What is stored in place of an event; under no key, because it is destroyed, what is personal is left out for good. Throws
 * `unstorable_json`: nobody sees through the seal what no view could keep.
 */
export function sealEvent(
  definitions: EventDefinitions,
  event: EventToAppend,
  key: PersonalKey | undefined,
): EventToAppend {
  const parted = partEvent(definitions, event);
  if (!parted) return event;
  const { open, parts } = parted;
  const mark: Partial<EventMetadata> = key
    ? { sealed: seal(key, placeOf(event), storableJson(parts, event.type)) }
    : { erased: true };
  return { ...open, metadata: { ...open.metadata, ...mark } };
}

/**
 * The event as it was before it was sealed. What no key opens is erased, also where a key was lost and another one made
 * since: nobody can read it again.
 */
export function openEvent(event: StoredEvent, key: PersonalKey | undefined): StoredEvent {
  const { sealed, ...metadata } = event.metadata;
  if (sealed === undefined) return event;
  const text = key && unseal(key, placeOf(event), sealed);
  if (text === undefined) return { ...event, metadata: { ...metadata, erased: true } };
  const { personal, requestHash } = parseStorable(text) as SealedParts;
  return {
    ...event,
    data: joinPersonal({ open: event.data, personal }),
    metadata: { ...metadata, ...(requestHash === undefined ? {} : { requestHash }) },
  };
}

/** For events of earlier releases, in which everything can be read: what is left of one. Undefined where nothing goes. */
export function redactEvent(definitions: EventDefinitions, event: StoredEvent): Redacted | undefined {
  const parted = partEvent(definitions, event);
  return parted && { data: parted.open.data, metadata: { ...parted.open.metadata, erased: true } };
}

const placeOf = ({ eventId }: EventToAppend): string => eventId.toLowerCase();
