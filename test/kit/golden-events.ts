import { readdirSync, readFileSync } from 'node:fs';
import type { RecordedEvent, StoredEvent } from '../../src/core/event.js';
import type { JsonObject } from '../../src/core/json.js';
import { positionAt } from '../../src/core/numbered-position.js';
import { eventDefinitions, type MediaFlowEvent } from '../../src/domain/index.js';
import { createEventCodec } from '../../src/runtime/command/event-codec.js';
import { deepFreeze } from './deep-freeze.js';

const folder = new URL('../fixtures/events/', import.meta.url);
const codec = createEventCodec<MediaFlowEvent>(eventDefinitions);

/** An event as a store would hold it at the nth place of the log. */
export const storedAt = (place: number, type: string, data: JsonObject, schemaVersion = 1): StoredEvent => ({
  eventId: `11111111-1111-8111-8111-${String(place).padStart(12, '0')}`,
  stream: 'golden',
  revision: place - 1,
  position: positionAt(place),
  recordedAt: '2026-11-21T09:30:00.000Z',
  type,
  schemaVersion,
  data,
  metadata: {
    correlationId: 'c',
    commandId: 'c',
    causationId: null,
    actor: 'ada',
    occurredAt: `2026-11-21T09:30:00.${String(place % 1000).padStart(3, '0')}Z`,
    tenantId: 'default',
    traceparent: null,
  },
});

/** Events of the domain as projections and sagas get them: one after another in the log from `firstPlace` on, frozen. */
export const recorded = (
  events: readonly MediaFlowEvent[],
  firstPlace = 1,
): RecordedEvent<MediaFlowEvent>[] =>
  events.map(({ type, data }, index) =>
    deepFreeze(
      codec.decode(
        storedAt(
          firstPlace + index,
          type,
          JSON.parse(JSON.stringify(data)) as JsonObject,
          eventDefinitions[type].version,
        ),
      ),
    ),
  );

/** Every golden event, of every version there ever was. */
export const goldenEvents = (): RecordedEvent<MediaFlowEvent>[] =>
  readdirSync(folder)
    .map((file) => /^(?<type>\w+)\.v(?<version>\d+)\.json$/.exec(file))
    .filter((match) => match !== null)
    .map(({ input, groups }, index) => {
      const data = JSON.parse(readFileSync(new URL(input, folder), 'utf8')) as JsonObject;
      return deepFreeze(codec.decode(storedAt(index + 1, groups?.type ?? '', data, Number(groups?.version))));
    });
