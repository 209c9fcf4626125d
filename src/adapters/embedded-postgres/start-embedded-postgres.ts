import { readFile } from 'node:fs/promises';
import { MediaFlowError, messageOf } from '../../core/errors.js';
import type { Logger } from '../../core/logger.js';
import { makeFolders } from '../../files/make-folders.js';
import { chooseAccount } from './account.js';
import { applicationPassword, ensureApplicationRole } from './application-role.js';
import { findBinaries } from './binaries.js';
import { ensureCluster } from './cluster.js';
import { asFailure, folderNotWritable } from './failures.js';
import { findFreePort } from './free-port.js';
import { createLauncher } from './launcher.js';
import { APPLICATION_ROLE, connectionStringOf, layoutOf, SUPERUSER } from './layout.js';
import { findPostmaster, stopLeftovers } from './postmaster.js';
import { type ServerOptions, type ServerProcess, startServer } from './server-process.js';
import { defaultSettings, type Settings } from './settings.js';
import { superviseServer } from './supervisor.js';

/** Another program may take the chosen port before the server does. */
const PORT_ATTEMPTS = 5;

export interface EmbeddedPostgresOptions {
  /** The server's files go to `<dataFolder>/postgres`, its log to `<dataFolder>/postgres.log`. */
  readonly dataFolder: string;
  readonly logger: Logger;
  /** Settings that differ from the defaults, e.g. `{ max_connections: '200' }`. */
  readonly settings?: Settings;
}

export interface EmbeddedPostgres {
  /** Of the application's role, which owns the database and is no superuser. */
  readonly connectionString: string;
  /** e.g. `18.4` */
  readonly serverVersion: string;
  /** False from the moment the server died until it is back; for readiness checks. */
  isRunning(): boolean;
  /** Process id of the server, undefined while it is down. */
  pid(): number | undefined;
  /** Ends the server cleanly and waits for its end; connections still open are cut. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL that npm brought on `<dataFolder>/postgres`, made at the first start. It survives kill -9
 * of either side: what a killed application left running is stopped first, and a server that dies is started
 * again on the same port until `stop`. The caller holds the data folder's lock; without it, two applications
 * would stop each other's server.
 *
 * Errors: those of `findBinaries`, `chooseAccount`, `createLauncher` and `ensureCluster`; `storage_full`,
 * `data_folder_not_writable`, `embedded_postgres_failed`.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { logger } = options;
  const layout = layoutOf(options.dataFolder);
  const binaries = await findBinaries();
  await makeFolders(layout.dataFolder, process.getuid?.() === 0 ? 0o711 : 0o700).catch((error) => {
    throw folderNotWritable(`The data folder cannot be made (${messageOf(error)})`, error);
  });
  const account = await chooseAccount([layout.cluster, layout.dataFolder]);
  const launch = await createLauncher(account, [binaries.postgres, layout.cluster]);
  await stopLeftovers(layout, logger);
  const password = await ensureCluster({ layout, binaries, account, launch }).catch((error) => {
    throw asFailure('make its data folder', error);
  });
  const server: ServerOptions = {
    layout,
    postgres: binaries.postgres,
    launch,
    settings: { ...defaultSettings, ...options.settings },
  };
  const { process: first, port } = await startOnFreePort(server).catch((error) => {
    throw asFailure('start', error, layout.logFile);
  });
  try {
    const serverVersion = await ensureApplicationRole(
      (database) => connectionStringOf(port, { role: SUPERUSER, password }, database),
      applicationPassword(password),
    );
    const supervisor = superviseServer(first, port, server, logger);
    logger.info({ port, serverVersion, postgresPid: first.pid }, 'PostgreSQL is ready');
    return { connectionString: applicationAddress(port, password), serverVersion, ...supervisor };
  } catch (error) {
    await first.stop();
    throw error;
  }
}

/**
 * How to reach the server that another process runs on this data folder; undefined when none is running.
 * Errors: `data_folder_not_readable` when the folder belongs to another user.
 */
export async function findEmbeddedPostgres(dataFolder: string): Promise<string | undefined> {
  const layout = layoutOf(dataFolder);
  const password = await readFile(layout.passwordFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new MediaFlowError(
      'unauthorized',
      'data_folder_not_readable',
      `The database of ${layout.dataFolder} belongs to another user (${error.message}). Run this as the user who runs MediaFlow.`,
      {},
      { cause: error },
    );
  });
  const running = await findPostmaster(layout);
  return password && running?.ready ? applicationAddress(running.port, password.trim()) : undefined;
}

async function startOnFreePort(server: ServerOptions): Promise<{ process: ServerProcess; port: number }> {
  const never = new AbortController().signal;
  for (let attempt = 1; ; attempt += 1) {
    const port = await findFreePort();
    try {
      return { process: await startServer(server, port, never), port };
    } catch (error) {
      const portTaken = /could not create any TCP\/IP sockets/.test(messageOf(error));
      if (!portTaken || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

const applicationAddress = (port: number, superuserPassword: string): string =>
  connectionStringOf(port, { role: APPLICATION_ROLE, password: applicationPassword(superuserPassword) });
