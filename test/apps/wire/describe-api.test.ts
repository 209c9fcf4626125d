import { expect, test } from 'vitest';
import { describeApi } from '../../../src/apps/wire/describe-api.js';

const api = describeApi({ publicOriginals: false, segmentCacheSeconds: 300 }, 'test');

test('a process with a part of the API describes all of it: reading, writing and uploads', () => {
  const methods = Object.entries(api.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method} ${path}`),
  );
  expect(methods).toEqual(
    expect.arrayContaining([
      'get /v1/media',
      'post /v1/media',
      'get /v1/events/stream',
      'delete /v1/viewers/{userId}',
      'patch /v1/uploads/{id}',
    ]),
  );
});

test('what generators of clients make types of has names', () => {
  expect(Object.keys(api.components.schemas).toSorted()).toEqual(['JsonValue', 'MediaItem', 'Problem']);
});

test('whoever reads the stream of events is told how to begin at the start', () => {
  const after = api.paths['/v1/events/stream']?.get?.parameters.find(({ name }) => name === 'after');
  expect(after?.description).toContain('empty');
});
