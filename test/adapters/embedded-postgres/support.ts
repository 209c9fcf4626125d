import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { layoutOf } from '../../../src/adapters/embedded-postgres/layout.js';
import { stopLeftovers } from '../../../src/adapters/embedded-postgres/postmaster.js';
import type { Settings } from '../../../src/adapters/embedded-postgres/settings.js';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../../src/adapters/embedded-postgres/start-embedded-postgres.js';
import { silentLogger } from '../../../src/core/logger.js';
import { runTypeScript, type TypeScriptProcess } from '../../support/typescript-process.js';

export const asRoot = process.getuid?.() === 0;
export const NOBODY = { uid: 65534, gid: 65534 };

export interface Started {
  readonly connectionString?: string;
  readonly databasePid?: number;
  readonly code?: string;
  readonly message?: string;
  readonly answer?: string;
}

export type DataFolder = Awaited<ReturnType<typeof createDataFolder>>;

/**
 * A data folder of a test's own, a copy of `pristine` when given (a first start takes a second, a copy does
 * not); `remove` also ends every server that a test left on it.
 */
export async function createDataFolder(pristine?: { readonly path: string }) {
  const root = await mkdtemp(join(tmpdir(), 'mediaflow-pg-'));
  // As root, the server runs as another user, who has to get in.
  await chmod(root, 0o711);
  const path = join(root, 'data');
  if (pristine) execFileSync('cp', ['-a', pristine.path, path]);
  return {
    root,
    path,
    async remove() {
      await stopLeftovers(layoutOf(path), silentLogger);
      await rm(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export const start = (dataFolder: string, settings?: Settings): Promise<EmbeddedPostgres> =>
  startEmbeddedPostgres({ dataFolder, logger: silentLogger, ...(settings && { settings }) });

export const startApplication = (
  dataFolder: string,
  options?: Parameters<typeof runTypeScript>[2],
): TypeScriptProcess => runTypeScript(new URL('./application.ts', import.meta.url), [dataFolder], options);

/** One statement on a connection of its own; resolves to the rows. */
export async function query(connectionString: string, sql: string) {
  const client = new pg.Client(connectionString);
  client.on('error', () => {}); // a killed server cuts the connection
  await client.connect();
  return client.query(sql).then(
    async ({ rows }) => {
      await client.end();
      return rows;
    },
    async (error) => {
      await client.end().catch(() => {});
      throw error;
    },
  );
}

/** Asks until the answer is not undefined and no error; fails after ten seconds. */
export async function eventually<T>(ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const [answer, error] = await ask().then(
      (value) => [value, undefined] as const,
      (reason) => [undefined, reason] as const,
    );
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw error ?? new Error('It did not happen within ten seconds');
    await delay(10);
  }
}

export const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
