import { createPostgresProjectionStore } from '../../../../src/adapters/postgres/projection-store/projection-store.js';
import { createPostgresReaders } from '../../../../src/adapters/postgres/readers/index.js';
import { openReadDatabase } from '../../../../src/adapters/postgres/readers/read-database.js';
import { START } from '../../../../src/core/position.js';
import type { AnyProjection } from '../../../../src/core/projection-store.js';
import { projections } from '../../../../src/projections/index.js';
import { foldRowOperations } from '../../../../src/runtime/projection/fold-row-operations.js';
import { readersContract } from '../../../contracts/readers/readers.contract.js';
import { operationsOf } from '../../../kit/project-rows.js';
import { createTestDatabase } from '../../../support/database.js';

readersContract('PostgreSQL', async () => {
  const database = await createTestDatabase();
  const readDatabase = await openReadDatabase({ connectionString: database.url, maximumConnections: 2 });
  const store = createPostgresProjectionStore({ pool: database.pool });
  const views: readonly AnyProjection[] = projections;
  const tables = ['projection_checkpoints', ...views.flatMap((view) => Object.keys(view.tables))];
  return {
    readers: createPostgresReaders(readDatabase),
    async project(events) {
      const from = new Map((await store.load(views)).map(({ name, position }) => [name, position]));
      await store.advance(
        views.map((view) => ({
          ...{ name: view.name, version: view.version, from: from.get(view.name) ?? START },
          changes: foldRowOperations(view.tables, operationsOf(view, events)),
        })),
        events.at(-1)?.position ?? START,
      );
    },
    async empty() {
      // Of so few rows faster than truncating.
      await database.pool.query(tables.map((table) => `delete from ${table}`).join(';'));
    },
    async stop() {
      await readDatabase.close();
      await database.drop();
    },
  };
});
