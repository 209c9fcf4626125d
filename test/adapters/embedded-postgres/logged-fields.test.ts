import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEmbeddedPostgres } from '../../../src/adapters/embedded-postgres/start-embedded-postgres.js';
import { silentLogger } from '../../../src/core/logger.js';
import { createDataFolder, type DataFolder } from './support.js';

let folder: DataFolder;
beforeEach(async () => {
  folder = await createDataFolder();
});
afterEach(() => folder.remove());

test('the process id of the server does not take the name of that of the process that logs', async () => {
  const logged: object[] = [];
  const logger = { ...silentLogger, info: (fields: object) => void logged.push(fields) };
  const server = await startEmbeddedPostgres({ dataFolder: folder.path, logger });
  await server.stop();
  expect(logged).toContainEqual({
    port: expect.any(Number),
    serverVersion: server.serverVersion,
    postgresPid: expect.any(Number),
  });
});
