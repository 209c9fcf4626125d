// Keeps the embedded PostgreSQL running until it is told to end.
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../../src/adapters/embedded-postgres/start-embedded-postgres.js';
import { administratorUrl } from '../../../test/support/administrator.js';

const [folder = ''] = process.argv.slice(2);
const log = (fields: object, message: string) => console.error(message, fields);
const dataFolder = join(folder, 'data');
const server = await startEmbeddedPostgres({
  dataFolder,
  logger: { debug() {}, info: log, warn: log, error: log },
  // Every test file has pools of its own.
  settings: { max_connections: '200' },
});
// The server alone does not keep a process alive.
setInterval(() => {}, 2 ** 30);
process.once('SIGTERM', async () => {
  await server.stop();
  process.exit(0);
});
process.send?.({
  DATABASE_URL: server.connectionString,
  DATABASE_ADMINISTRATOR_URL: await administratorUrl(dataFolder, server.connectionString),
});
