import { type AllStreamRecordedEvent, jsonEvent, type RecordedEvent } from '@eventstore/db-client';
import { MediaFlowError } from '../../core/errors.js';
import type { EventMetadata, StoredEvent } from '../../core/event.js';
import type { JsonObject } from '../../core/json.js';
import type { PreparedEvent } from '../../core/prepare-append.js';
import { isKnown, positionOf } from './position.js';

type Recorded = RecordedEvent | AllStreamRecordedEvent;

/** As EventStoreDB keeps it: what the port has beside data and metadata is in the metadata. */
export const proposedEvent = ({ eventId, type, schemaVersion, data, metadata }: PreparedEvent) =>
  jsonEvent({
    id: eventId,
    type,
    data: JSON.parse(data) as Record<string, unknown>,
    metadata: { schemaVersion, ...(JSON.parse(metadata) as EventMetadata) },
  });

/** Bytes by which the engine measures an event. */
export const sizeOnDisk = ({ type, schemaVersion, data, metadata }: PreparedEvent): number =>
  2 * type.length +
  Buffer.byteLength(data) +
  Buffer.byteLength(metadata) +
  `"schemaVersion":${schemaVersion},`.length;

/**
 * The event as the port has it; undefined for what is none of ours: the engine's own, and that of others who write to the same
 * server.
 */
export function storedEvent(recorded: Recorded | undefined): StoredEvent | undefined {
  if (!recorded?.isJson || recorded.type.startsWith('$') || recorded.streamId.startsWith('$'))
    return undefined;
  const { schemaVersion, ...metadata } = (recorded.metadata ?? {}) as unknown as EventMetadata & {
    readonly schemaVersion?: unknown;
  };
  if (!Number.isInteger(schemaVersion)) return undefined;
  return {
    eventId: recorded.id,
    type: recorded.type,
    schemaVersion: schemaVersion as number,
    data: recorded.data as JsonObject,
    metadata,
    stream: recorded.streamId,
    revision: Number(recorded.revision),
    position: placeOf(recorded),
    recordedAt: recorded.created.toISOString(),
  };
}

export function placeOf({ position }: Recorded): string {
  if (!isKnown(position))
    throw new MediaFlowError(
      'internal',
      'event_store_failed',
      'This EventStoreDB does not tell where in the log an event of a stream is: 22.6 or newer is needed',
    );
  return positionOf(position);
}
