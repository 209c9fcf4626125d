import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  conflict,
  invalid,
  isRetryable,
  MediaFlowError,
  messageOf,
  notFound,
  unavailable,
  unsupported,
} from '../../src/core/errors.js';
import { WrongExpectedRevisionError } from '../../src/core/event-store.js';
import { deriveId } from '../../src/core/ids.js';
import { splitList } from '../../src/core/text-list.js';
import { addSeconds, secondsBetween } from '../../src/core/time.js';

describe('derived ids', () => {
  // Ids in the store derive from these: a change would make every repeated command a new one.
  test.each([
    [[], 'e3b0c442-98fc-8c14-9afb-f4c8996fb924'],
    [['media-processing', '11111111-1111-8111-8111-111111111111', 0], 'bc884f9f-9cd2-855d-a396-7da89c59736d'],
    [['größe', 'été', 42], '8deeca3a-4703-86d1-8d7d-dd68784ad7e4'],
  ])('of %j never change', (parts, expected) => {
    expect(deriveId(...parts)).toBe(expected);
  });

  test('are UUIDs of version 8', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.integer())), (parts) => {
        expect(deriveId(...parts)).toMatch(
          /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        );
      }),
    );
  });

  test('tell apart parts that read the same one after another', () => {
    const ids = [['ab', 'c'], ['a', 'bc'], ['abc'], ['abc', ''], ['', 'abc'], ['1:a;', ''], ['a', '']].map(
      (parts) => deriveId(...parts),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('differ wherever the parts differ', () => {
    const anyParts = fc.array(fc.string({ unit: 'grapheme', maxLength: 4 }), { maxLength: 4 });
    fc.assert(
      fc.property(anyParts, anyParts, (a, b) => {
        expect(deriveId(...a) === deriveId(...b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('instants', () => {
  test('seconds are added over the ends of days and years', () => {
    expect(addSeconds('2026-12-31T23:59:59.500Z', 0.5)).toBe('2027-01-01T00:00:00.000Z');
    expect(addSeconds('2028-02-28T23:59:59.000Z', 1)).toBe('2028-02-29T00:00:00.000Z');
    expect(addSeconds('2026-11-21T09:30:00.000Z', -3600)).toBe('2026-11-21T08:30:00.000Z');
  });

  test('are told in UTC, whatever they came in', () => {
    expect(addSeconds('2026-11-21T09:30:00+02:00', 0)).toBe('2026-11-21T07:30:00.000Z');
  });

  test('lie so many seconds apart as were added', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), (seconds) => {
        const start = '2026-11-21T09:30:00.000Z';
        expect(secondsBetween(start, addSeconds(start, seconds))).toBe(seconds);
      }),
    );
  });

  test('what is no instant is refused', () => {
    expect(() => addSeconds('yesterday', 1)).toThrow(RangeError);
  });
});

describe('lists in a text', () => {
  test.each<[string, string[]]>([
    ['', []],
    [' , ,', []],
    ['a', ['a']],
    [' a, b ,,a', ['a', 'b']],
    ['two words, a;b', ['two words', 'a;b']],
    ['A,a', ['A', 'a']],
  ])('%j', (given, expected) => {
    expect(splitList(given)).toEqual(expected);
  });
});

describe('errors', () => {
  test.each([
    ['what is wrong', invalid('invalid_request', 'No.'), false],
    ['what does not fit the present state', conflict('data_folder_in_use', 'No.'), false],
    ['what is not there', notFound('media_not_found', 'No.'), false],
    ['what we do not take', unsupported('no_video', 'No.'), false],
    ['a lost race', new WrongExpectedRevisionError('s', 1, 2), false],
    ['what is away for the moment', unavailable('ffmpeg_missing', 'No.'), true],
    ['a full disk', new MediaFlowError('storage-full', 'storage_full', 'No.'), true],
    ['a bug of ours', new MediaFlowError('internal', 'ffmpeg_failed', 'No.'), true],
    ['anything unknown', new TypeError('x is not a function'), true],
    ['anything at all', 'no error even', true],
  ])('%s: worth another try is %o', (_, error, expected) => {
    expect(isRetryable(error)).toBe(expected);
  });

  test('carry a code for programs, a sentence for people and the cause', () => {
    const cause = new Error('ECONNREFUSED');
    const error = unavailable('database_unavailable', 'The database is away.', { host: 'db' }, cause);
    expect(error).toMatchObject({
      kind: 'unavailable',
      code: 'database_unavailable',
      details: { host: 'db' },
      cause,
    });
    expect(String(error)).toBe('MediaFlowError: The database is away.');
  });

  test('a sentence comes of anything thrown', () => {
    expect([new Error('no'), 'no', 7, null].map(messageOf)).toEqual(['no', 'no', '7', 'null']);
  });
});
