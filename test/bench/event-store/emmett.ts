import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import type { AppendOne } from './workload.js';

/** The part of Emmett that the comparison calls; it is installed on demand, so its own types may not be there. */
interface Emmett {
  getPostgreSQLEventStore(
    connectionString: string,
    options: { connectionOptions: { pool: pg.Pool } },
  ): {
    schema: { migrate(): Promise<void> };
    appendToStream(
      stream: string,
      events: readonly { type: string; data: object; metadata: object }[],
      options: { expectedStreamVersion: bigint | 'STREAM_DOES_NOT_EXIST' },
    ): Promise<unknown>;
    close(): Promise<void>;
  };
}

const folder = fileURLToPath(new URL('../emmett/', import.meta.url));
const entry = `${folder}node_modules/@event-driven-io/emmett-postgresql/dist/index.js`;

/** Emmett's PostgreSQL store, its tables made. Throws when it cannot be installed. */
export async function startEmmett(
  connectionString: string,
): Promise<{ append: AppendOne; close(): Promise<void> }> {
  if (!existsSync(entry)) {
    await promisify(execFile)('npm', ['ci', '--no-audit', '--no-fund', '--omit=dev'], { cwd: folder });
  }
  const { getPostgreSQLEventStore }: Emmett = await import(pathToFileURL(entry).href);
  // As many connections as it takes by itself; the pool is ours so that errors of idle ones are heard.
  const pool = new pg.Pool({ connectionString, max: 10 });
  pool.on('error', () => {});
  const store = getPostgreSQLEventStore(connectionString, { connectionOptions: { pool } });
  await store.schema.migrate();
  return {
    append: (stream, { type, data, metadata }, expected) =>
      store.appendToStream(stream, [{ type, data, metadata }], {
        expectedStreamVersion: expected < 0 ? 'STREAM_DOES_NOT_EXIST' : BigInt(expected + 1),
      }),
    async close() {
      await store.close();
      if (!pool.ended) await pool.end();
    },
  };
}
