import { type CodeOf, invalid, MediaFlowError } from './errors.js';
import type { EventToAppend } from './event.js';
import type { AppendLimits, ExpectedRevision } from './event-store.js';
import { isStorable, storableJson } from './storable-text.js';

/** Characters of names that every event store takes, so that what one accepts another does too. */
const MAXIMUM_LENGTHS = { stream: 300, type: 200 };

/** An event whose JSON is written out, within the limits, and can be stored. */
export interface PreparedEvent {
  readonly eventId: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: string;
  readonly metadata: string;
}

export interface PreparedAppend {
  readonly stream: string;
  readonly expectedRevision: ExpectedRevision;
  readonly eventIds: readonly string[];
  readonly events: readonly PreparedEvent[];
  readonly sizeBytes: number;
  readonly traceparent: string | null;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Checks an append against a store's limits and writes its JSON once. Throws `invalid` (`invalid_append`,
 * `invalid_event_id`, `duplicate_event_id`, `unstorable_json`) or `too-large` (`event_too_large`, `append_too_large`).
 */
export function prepareAppend(
  stream: string,
  events: readonly EventToAppend[],
  expectedRevision: ExpectedRevision,
  limits: AppendLimits,
): PreparedAppend {
  checkName('stream', stream, MAXIMUM_LENGTHS.stream);
  if (events.length < 1) throw invalid('invalid_append', 'An append has at least one event', { stream });
  if (events.length > limits.events) {
    const [limitEvents, count] = [limits.events, events.length];
    const message = `An append may have ${limitEvents} events, not ${count}`;
    throw new MediaFlowError('too-large', 'append_too_large', message, { limitEvents, count });
  }
  if (typeof expectedRevision === 'number' && !isRevision(expectedRevision)) {
    throw invalid('invalid_append', 'An expected revision is an integer from -1 (no events)', { stream });
  }
  const prepared = events.map((event) => prepareEvent(event, limits));
  const eventIds = prepared.map((event) => event.eventId);
  if (new Set(eventIds).size < eventIds.length) {
    throw invalid('duplicate_event_id', 'Two events of one append have the same id', { stream });
  }
  const sizeBytes = prepared.reduce(
    (sum, event) => sum + Buffer.byteLength(event.data) + Buffer.byteLength(event.metadata),
    0,
  );
  if (sizeBytes > limits.appendBytes) {
    throw tooLarge('append_too_large', 'An append', limits.appendBytes, sizeBytes);
  }
  const traceparent = events[0]?.metadata.traceparent ?? null;
  return { stream, expectedRevision, eventIds, events: prepared, sizeBytes, traceparent };
}

/** Small enough that the revisions after it still fit 32 bits. */
const isRevision = (value: number) => Number.isInteger(value) && value >= -1 && value < 2_147_000_000;

function prepareEvent(event: EventToAppend, limits: AppendLimits): PreparedEvent {
  const eventId = event.eventId.toLowerCase();
  if (!UUID.test(eventId)) {
    throw invalid('invalid_event_id', 'An event id is a UUID', { eventId: event.eventId });
  }
  checkName('event type', event.type, MAXIMUM_LENGTHS.type);
  if (!Number.isInteger(event.schemaVersion) || event.schemaVersion < 1 || event.schemaVersion > 32_767) {
    throw invalid('invalid_append', 'A schema version is an integer from 1', { type: event.type });
  }
  const data = storableJson(event.data, event.type);
  const dataBytes = Buffer.byteLength(data);
  if (dataBytes > limits.dataBytes) {
    throw tooLarge('event_too_large', `Data of ${event.type}`, limits.dataBytes, dataBytes);
  }
  return {
    eventId,
    type: event.type,
    schemaVersion: event.schemaVersion,
    data,
    metadata: storableJson(event.metadata, event.type),
  };
}

function checkName(what: string, name: string, maximumLength: number): void {
  if (name.length < 1 || name.length > maximumLength || !isStorable(name)) {
    throw invalid('invalid_append', `A ${what} has 1 to ${maximumLength} characters`);
  }
}

const tooLarge = (code: CodeOf<'too-large'>, what: string, limitBytes: number, sizeBytes: number) =>
  new MediaFlowError('too-large', code, `${what} may have ${limitBytes} bytes as JSON, not ${sizeBytes}`, {
    limitBytes,
    sizeBytes,
  });
