import pg from 'pg';
import { createListener } from '../../../../src/adapters/postgres/connection/listener.js';
import { createPostgresEventStore } from '../../../../src/adapters/postgres/event-store/event-store.js';
import { createPostgresProjectionStore } from '../../../../src/adapters/postgres/projection-store/projection-store.js';
import { silentLogger } from '../../../../src/core/logger.js';
import { systemClock } from '../../../../src/runtime/clock.js';
import { runProjector } from '../../../../src/runtime/projection/projector.js';
import { rebuildProjection } from '../../../../src/runtime/projection/rebuild-projection.js';
import { decodeSample, sampleProjection } from '../../../support/sample-projection.js';

// A process to be killed: keeps the sample view up to date, or rebuilds it and says how far it is.
const [url = '', name = '', task = ''] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: url, max: 4 });
pool.on('error', () => {});
const options = {
  store: createPostgresEventStore({
    pool,
    listener: createListener({ connectionString: url, logger: silentLogger }),
  }),
  projectionStore: createPostgresProjectionStore({ pool }),
  decode: decodeSample,
  logger: silentLogger,
  clock: systemClock,
  signal: new AbortController().signal,
};
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

if (task === 'rebuild')
  await rebuildProjection({
    ...options,
    projection: sampleProjection(name),
    rebuildBatchEvents: 20,
    onProgress: say,
  });
else {
  runProjector({
    ...options,
    projections: [sampleProjection(name)],
    batchEvents: 20,
    onAdvanced: () => say({}),
  });
}
