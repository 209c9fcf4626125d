import { describe, expect, test } from 'vitest';
import type { EventDefinitions } from '../../src/core/event.js';
import type { JsonObject } from '../../src/core/json.js';
import { joinPersonal, partPersonal } from '../../src/core/personal-data.js';
import { eventDefinitions } from '../../src/domain/index.js';
import { goldenEvents } from '../kit/golden-events.js';

const definitions: EventDefinitions = eventDefinitions;
const personal = Object.entries(definitions).flatMap(([type, definition]) =>
  definition.personal ? [{ type, fields: definition.personal, schema: definition.schema }] : [],
);

test.each(personal)('what stands for what is personal in $type has its place in the schema', (event) => {
  for (const { type, data } of goldenEvents()) {
    if (type !== event.type) continue;
    const erased = joinPersonal({ open: data as unknown as JsonObject, personal: event.fields });
    // A field that the schema does not know would be left out.
    expect(event.schema.parse(erased)).toEqual(erased);
  }
});

test('what is written into a file is personal, the titles of its tracks too', () => {
  const probed = definitions.MediaProbed;
  const written = { tags: { a: 'b' }, trackTitles: { 1: 'Ada speaks' } };
  const { open } = partPersonal(probed?.personal ?? {}, { mediaId: 'm1', probe: written });
  expect(open).toEqual({ mediaId: 'm1', probe: { tags: {}, trackTitles: {} } });
});

describe('what people write of an item', () => {
  test.each(['MediaRegistered', 'MediaDetailsChanged'])('is personal in %s', (type) => {
    expect(Object.keys(definitions[type]?.personal ?? {})).toEqual(
      expect.arrayContaining(['title', 'description', 'tags']),
    );
  });
});
