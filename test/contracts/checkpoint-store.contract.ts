import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CheckpointStore } from '../../src/core/checkpoint-store.js';
import { positionAt } from '../../src/core/numbered-position.js';
import { START } from '../../src/core/position.js';

export interface CheckpointStoreUnderTest {
  /** Opens another store on the same checkpoints, as another process would. */
  open(): CheckpointStore;
  stop(): Promise<void>;
}

/** What every store of checkpoints does. Each test has a consumer of its own. */
export function checkpointStoreContract(
  engine: string,
  start: () => Promise<CheckpointStoreUnderTest>,
): void {
  describe(`checkpoints in ${engine}`, () => {
    let underTest: CheckpointStoreUnderTest;
    let store: CheckpointStore;
    let name = '';
    beforeAll(async () => {
      underTest = await start();
      store = underTest.open();
    });
    afterAll(() => underTest?.stop());
    beforeEach(() => {
      name = `consumer-${randomUUID()}`;
    });

    test('a consumer that is not known yet begins at the start of the log', async () => {
      expect(await store.load(name)).toEqual({ name, version: 0, position: START });
      expect(await store.load(name)).toEqual({ name, version: 0, position: START });
    });

    test('a consumer goes on where it was, in whatever process, and leaves others where they are', async () => {
      const other = await store.load(`${name}-other`);
      for (const place of [3, 9]) {
        const checkpoint = await store.load(name);
        expect(await store.save({ ...checkpoint, position: positionAt(place) })).toBe(true);
      }
      expect(await underTest.open().load(name)).toEqual({ name, version: 2, position: positionAt(9) });
      expect(await store.load(other.name)).toEqual(other);
    });

    test('who saves knows the next version without loading', async () => {
      const { version } = await store.load(name);
      for (let saves = 0; saves < 3; saves++)
        expect(await store.save({ name, version: version + saves, position: positionAt(saves + 1) })).toBe(
          true,
        );
      expect(await store.load(name)).toEqual({ name, version: 3, position: positionAt(3) });
    });

    test.for([
      ['at its beginning', 0],
      ['later', 2],
    ] as const)('of those who loaded the same version one goes on: %s', async ([, saves]) => {
      for (let version = 0; version < saves; version++)
        await store.save({ name, version, position: positionAt(version + 1) });
      const loaded = await store.load(name);
      const places = [11, 12, 13, 14, 15];
      const outcomes = await Promise.all(
        places.map((place) => underTest.open().save({ ...loaded, position: positionAt(place) })),
      );
      expect(outcomes.filter(Boolean)).toHaveLength(1);
      const winner = positionAt(places[outcomes.indexOf(true)] ?? 0);
      expect(await store.load(name)).toEqual({ name, version: saves + 1, position: winner });
    });

    test('a consumer that was overtaken cannot write, however far it had come', async () => {
      const paused = await store.load(name);
      await store.save({ ...paused, position: positionAt(2) });
      const successor = await store.load(name);
      await store.save({ ...successor, position: positionAt(4) });
      for (const position of [START, positionAt(1), positionAt(4), positionAt(99)]) {
        expect(await store.save({ ...paused, position })).toBe(false);
        expect(await store.save({ ...successor, position })).toBe(false);
      }
      expect(await store.load(name)).toEqual({ name, version: 2, position: positionAt(4) });
    });

    test('nobody can save at a version that is yet to come', async () => {
      expect(await store.save({ name, version: 1, position: positionAt(1) })).toBe(false);
      expect(await store.load(name)).toEqual({ name, version: 0, position: START });
    });

    test('a consumer may be put back, to do everything again', async () => {
      await store.save({ name, version: 0, position: positionAt(8) });
      expect(await store.save({ name, version: 1, position: START })).toBe(true);
      expect(await store.load(name)).toEqual({ name, version: 2, position: START });
    });
  });
}
