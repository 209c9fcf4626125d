import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPostgresProjectionStore } from '../../../src/adapters/postgres/projection-store/projection-store.js';
import { createProjectionStatusReader } from '../../../src/adapters/postgres/projection-store/status.js';
import { createProjectionRebuilds } from '../../../src/apps/wire/projection-rebuilds.js';
import type { AllPage } from '../../../src/core/event-store.js';
import { silentLogger } from '../../../src/core/logger.js';
import { positionAt } from '../../../src/core/numbered-position.js';
import { systemClock } from '../../../src/runtime/clock.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { createSampleTables, sampleProjection } from '../../support/sample-projection.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await createSampleTables(database.pool);
});
afterAll(() => database?.drop());

const log = { head: async () => positionAt(7) };

/** Rebuilds over a log that holds nothing, and is read only when the gate opens. */
function rebuildsBehindGate() {
  const gate = Promise.withResolvers<AllPage>();
  const stopped = new AbortController();
  const projectionStore = createPostgresProjectionStore({ pool: database.pool });
  const rebuilds = createProjectionRebuilds({
    projections: [sampleProjection()],
    store: { ...log, readAll: () => gate.promise },
    projectionStore,
    decode: () => {
      throw new Error('nothing to decode');
    },
    clock: systemClock,
    logger: silentLogger,
    signal: stopped.signal,
  });
  return {
    rebuilds,
    projectionStore,
    open: () => gate.resolve({ events: [], position: positionAt(7) }),
    stop: () => stopped.abort(),
  };
}

const statusOf = async () => {
  const read = createProjectionStatusReader({ pool: database.pool, store: log });
  return (await read()).find(({ name }) => name === 'sample');
};

describe('rebuilds that an operator steers', () => {
  beforeEach(async () => {
    await createPostgresProjectionStore({ pool: database.pool }).load([sampleProjection()]);
  });

  it('begin before the answer, refuse a second one, and end in a view that is swapped in', async () => {
    const { rebuilds, open } = rebuildsBehindGate();
    expect(await rebuilds.start('sample', 'resume')).toEqual({ name: 'sample', version: 1 });
    expect(await statusOf()).toMatchObject({ status: 'rebuilding', rebuild: { active: true } });
    await expect(rebuilds.start('sample', 'resume')).rejects.toMatchObject({ code: 'rebuild_running' });
    open();
    await rebuilds.done();
    expect(await statusOf()).toMatchObject({ status: 'live', position: positionAt(7), rebuild: null });
  });

  it('of another process are neither doubled nor cancelled', async () => {
    const here = rebuildsBehindGate();
    const elsewhere = rebuildsBehindGate();
    await elsewhere.rebuilds.start('sample', 'resume');
    await expect(here.rebuilds.start('sample', 'resume')).rejects.toMatchObject({ code: 'rebuild_running' });
    await expect(here.rebuilds.cancel('sample', { keep: false })).rejects.toMatchObject({
      code: 'rebuild_running',
    });
    elsewhere.open();
    await elsewhere.rebuilds.done();
  });

  it('are cancelled, and thrown away or kept by choice', async () => {
    const { rebuilds, open } = rebuildsBehindGate();
    await rebuilds.start('sample', 'restart');
    const kept = rebuilds.cancel('sample', { keep: true });
    open();
    await kept;
    expect((await statusOf())?.rebuild).toMatchObject({ active: false });
    await rebuilds.cancel('sample', { keep: false });
    expect((await statusOf())?.rebuild).toBeNull();
    await rebuilds.cancel('sample', { keep: false });
  });

  it('end when the process stops, and can be resumed', async () => {
    const { rebuilds, open, stop } = rebuildsBehindGate();
    await rebuilds.start('sample', 'restart');
    stop();
    open();
    await rebuilds.done();
    expect((await statusOf())?.rebuild).toMatchObject({ active: false });
  });

  it('of a view that does not exist are refused', async () => {
    const { rebuilds } = rebuildsBehindGate();
    await expect(rebuilds.start('nothing', 'resume')).rejects.toMatchObject({ code: 'projection_not_found' });
    await expect(rebuilds.cancel('nothing', { keep: false })).rejects.toMatchObject({
      code: 'projection_not_found',
    });
  });
});
