import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../../src/adapters/embedded-postgres/start-embedded-postgres.js';
import { silentLogger } from '../../../src/core/logger.js';

export type Query = <Row extends object>(sql: string, values?: readonly unknown[]) => Promise<Row[]>;

export interface ExternalDatabase {
  /** For `DATABASE_URL`. */
  readonly url: string;
  readonly query: Query;
  /** Of the server, undefined while there is none. */
  pid(): number | undefined;
  /** kill -9 of the server; it is started again on the same port at once. */
  kill(): void;
  stop(): Promise<void>;
}

/** A PostgreSQL server that belongs to none of the processes under test. */
export async function startExternalDatabase(
  // What PostgreSQL comes with.
  { maximumConnections = 100 } = {},
): Promise<ExternalDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'mediaflow-external-'));
  const server = await startEmbeddedPostgres({
    dataFolder: join(folder, 'data'),
    logger: silentLogger,
    settings: { max_connections: `${maximumConnections}` },
  });
  return {
    url: server.connectionString,
    query: queryOn(server.connectionString),
    pid: server.pid,
    kill() {
      const pid = server.pid();
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    },
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Each call on a connection of its own, so that none is lost with a killed server. */
export const queryOn =
  (connectionString: string): Query =>
  async <Row extends object>(sql: string, values: readonly unknown[] = []) => {
    const client = new pg.Client({ connectionString, application_name: 'test' });
    client.on('error', () => {});
    await client.connect();
    try {
      return (await client.query<Row>(sql, [...values])).rows;
    } finally {
      await client.end();
    }
  };
