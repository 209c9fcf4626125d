import { MediaFlowError, messageOf } from '../../core/errors.js';
import type {
  DomainEvent,
  EventDefinition,
  EventDefinitions,
  EventMetadata,
  EventToAppend,
  RecordedEvent,
  StoredEvent,
} from '../../core/event.js';
import type { JsonObject } from '../../core/json.js';

/** The boundary between the store's JSON and the domain's types: versions and schemas are known here only. */
export interface EventCodec<E extends DomainEvent> {
  /** Validates and stamps with the newest version. Throws `invalid_event`: a bug of ours, nothing is stored. */
  encode(event: E, eventId: string, metadata: EventMetadata): EventToAppend;
  /** Upcasts to the newest version and validates. Throws `unreadable_event`, never gives a half-known shape. */
  decode(stored: StoredEvent): RecordedEvent<E>;
}

const unreadable = (stored: StoredEvent, reason: string, cause?: unknown) =>
  new MediaFlowError(
    'internal',
    'unreadable_event',
    `Event ${stored.eventId} (${stored.type} v${stored.schemaVersion}) at ${stored.position}: ${reason}`,
    { eventId: stored.eventId, type: stored.type, position: stored.position },
    { cause },
  );

/** Reads data of any version a definition ever had as its newest one. */
export function upcast(definition: EventDefinition, data: JsonObject, fromVersion: number): JsonObject {
  let current = data;
  for (let version = fromVersion; version < definition.version; version++) {
    const step = definition.upcasters?.[version];
    if (!step) throw new Error(`no upcaster from version ${version}`);
    current = step(current);
  }
  return current;
}

function newestData(definition: EventDefinition, stored: StoredEvent): JsonObject {
  try {
    return upcast(definition, stored.data, stored.schemaVersion);
  } catch (error) {
    throw unreadable(stored, messageOf(error), error);
  }
}

export function createEventCodec<E extends DomainEvent>(definitions: EventDefinitions): EventCodec<E> {
  const missing = Object.entries(definitions).flatMap(([type, definition]) =>
    Array.from({ length: definition.version - 1 }, (_, index) => index + 1)
      .filter((version) => !definition.upcasters?.[version])
      .map((version) => `${type} v${version}`),
  );
  if (missing.length > 0) throw new Error(`Event versions without an upcaster: ${missing.join(', ')}`);
  const definitionOf = (type: string): EventDefinition | undefined =>
    Object.hasOwn(definitions, type) ? definitions[type] : undefined;

  return {
    encode(event, eventId, metadata) {
      const definition = definitionOf(event.type);
      const parsed = definition?.schema.safeParse(event.data);
      if (!definition || !parsed?.success)
        throw new MediaFlowError(
          'internal',
          'invalid_event',
          `${event.type} does not fit its schema: ${parsed?.error?.message ?? 'unknown event type'}`,
        );
      return {
        eventId,
        type: event.type,
        schemaVersion: definition.version,
        data: parsed.data as JsonObject,
        metadata,
      };
    },
    decode(stored) {
      const definition = definitionOf(stored.type);
      if (!definition) throw unreadable(stored, 'this type is not known');
      if (stored.schemaVersion > definition.version)
        throw unreadable(stored, `written by a newer release (we know up to v${definition.version})`);
      const parsed = definition.schema.safeParse(newestData(definition, stored));
      if (!parsed.success) throw unreadable(stored, parsed.error.message, parsed.error);
      return { ...stored, schemaVersion: definition.version, data: parsed.data } as RecordedEvent<E>;
    },
  };
}
