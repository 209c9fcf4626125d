import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { createPostgresFrameTopic } from '../../../../src/adapters/postgres/frame-topic/frame-topic.js';
import type { LiveFrame } from '../../../../src/core/frame-topic.js';
import { silentLogger } from '../../../../src/core/logger.js';
import { frameTopicContract } from '../../../contracts/frame-topic.contract.js';
import { createTestDatabase } from '../../../support/database.js';

frameTopicContract('PostgreSQL', async (bounds) => {
  const database = await createTestDatabase();
  const { pool, listener } = database;
  const topic = createPostgresFrameTopic({ pool, listener, logger: silentLogger, bounds });
  return { topic, close: () => database.drop() };
});

test('frames that somebody else has in hand keep nobody from those of the next source', async () => {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const { pool, listener } = database;
  const topic = createPostgresFrameTopic({ pool, listener, logger: silentLogger });
  const frame = (sequence: number): LiveFrame => ({
    ...{ sequence, occurredAt: '2026-11-21T09:30:00.000Z', atSeconds: null, mark: null },
    jpeg: new Uint8Array(10),
  });
  const [held, free] = [randomUUID(), randomUUID()];
  await topic.publish(held, [frame(1)], 0);
  await topic.publish(free, [frame(2)], 0);
  const other = await pool.connect();
  const over = new AbortController();
  try {
    await other.query('begin');
    await other.query('select place from live_frames where source_id = $1 for update', [held]);
    const taken: string[] = [];
    let asked = 0;
    const counting = {
      query: (...query: [string]) => {
        asked += 1;
        return pool.query(...query);
      },
    } as unknown as typeof pool;
    await createPostgresFrameTopic({ pool: counting, listener, logger: silentLogger }).consume({
      ...{ mostFrames: 8, signal: over.signal },
      async handle({ sourceId }) {
        taken.push(sourceId);
        over.abort();
      },
    });
    expect(taken).toEqual([free]);
    // By the first question: nobody waited for what is locked.
    expect(asked).toBe(1);
  } finally {
    await other.query('rollback');
    other.release();
  }
});
