import { existsSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../src/adapters/embedded-postgres/start-embedded-postgres.js';
import { silentLogger } from '../../src/core/logger.js';
import { administratorUrl } from './administrator.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A PostgreSQL server for this run; every test file makes its own database on it. */
    postgresUrl: string;
    /** The same server as its superuser, for what is an operator's to do: databases are made and dropped, sessions ended. */
    administratorUrl: string;
  }
}

/** One real PostgreSQL for the whole run, durable settings as in production. */
export default async function setup(project: TestProject) {
  const folder = await mkdtemp(join(tmpdir(), 'mediaflow-test-pg-'));
  const server = await startEmbeddedPostgres({
    dataFolder: join(folder, 'data'),
    logger: silentLogger,
    settings: { max_connections: '200' },
  });
  // Ctrl-C skips the teardown: the server then ends by itself, and may still write while its folder goes.
  process.once('exit', () => {
    for (let attempt = 0; attempt < 100 && existsSync(folder); attempt += 1) {
      try {
        rmSync(folder, { recursive: true, force: true });
      } catch {}
    }
  });
  project.provide('postgresUrl', server.connectionString);
  project.provide('administratorUrl', await administratorUrl(join(folder, 'data'), server.connectionString));
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
