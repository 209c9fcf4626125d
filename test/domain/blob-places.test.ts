import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assertBlobKey } from '../../src/core/blob-key.js';
import {
  attemptPlace,
  growingKey,
  itemPlace,
  originalKey,
  ownerOfKey,
  ownerOfPullKey,
  partsOfPlace,
  placeOfKey,
  pulledKey,
  pullKey,
} from '../../src/domain/media/blob-places.js';

const output = fc.record({
  mediaId: fc.constantFrom('a', 'b', 'a-1', '9b3e2c1a-0000-4000-8000-000000000001'),
  what: fc.constantFrom('hls', 'hls-1', 'poster', 'frames', 'thumbnails'),
  jobId: fc.constantFrom('job', 'job-1', '9b3e2c1a-0000-4000-8000-000000000002'),
  attempt: fc.integer({ min: 1, max: 12 }),
});
/** What one folder can hold, as files below it. */
const file = fc.constantFrom('master.m3u8', '360p/init.mp4', '360p/1.m4s', '720p/init.mp4', 'original');

test('no key is the beginning of another, so that any store can keep all of them', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(output, file), { maxLength: 30 }), (files) => {
      const keys = new Set(['storage-check.json']);
      for (const [held, name] of files) {
        keys.add(originalKey(held.mediaId)).add(growingKey(held.mediaId));
        keys.add(`${attemptPlace(held, held.what)}/${name}`);
      }
      for (const key of keys) {
        assertBlobKey(key);
        expect([...keys].filter((other) => other.startsWith(`${key}/`))).toEqual([]);
      }
    }),
  );
});

test('attempts share no place, and each file of an item leads back to the item and to what made it', () => {
  fc.assert(
    fc.property(output, output, file, (one, other, name) => {
      const place = attemptPlace(one, one.what);
      const isSame = JSON.stringify({ ...one }) === JSON.stringify({ ...other });
      expect(attemptPlace(other, other.what) === place).toBe(isSame);
      const key = `${place}/${name}`;
      expect([placeOfKey(key), ownerOfKey(key)]).toEqual([place, one.mediaId]);
      expect(key.startsWith(`${itemPlace(one.mediaId)}/`)).toBe(true);
      expect(partsOfPlace(placeOfKey(key))).toEqual({
        mediaId: one.mediaId,
        what: one.what,
        attempt: `${one.jobId}-${one.attempt}`,
      });
    }),
  );
});

test('the bytes of a pull become a file of their item and of their attempt, another one with each answer', () => {
  fc.assert(
    fc.property(output, fc.nat({ max: 20 }), ({ mediaId, jobId, attempt }, answer) => {
      const growing = pullKey(mediaId, { jobId, attempt, answer });
      expect(ownerOfPullKey(growing)).toBe(mediaId);
      expect(ownerOfPullKey(growingKey(mediaId))).toBeUndefined();
      const whole = pulledKey(growing);
      for (const key of [growing, whole]) assertBlobKey(key);
      expect(placeOfKey(whole)).toBe(attemptPlace({ mediaId, jobId, attempt }, 'pulled'));
      expect(pulledKey(pullKey(mediaId, { jobId, attempt, answer: answer + 1 }))).not.toBe(whole);
    }),
  );
});
