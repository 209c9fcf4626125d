import { join, resolve } from 'node:path';

/** Where everything of the embedded server lives in a data folder; all paths are absolute. */
export interface Layout {
  readonly dataFolder: string;
  /** PostgreSQL's own data directory. */
  readonly cluster: string;
  /** Kept inside the cluster, so that the two can never be separated. */
  readonly passwordFile: string;
  readonly postmasterFile: string;
  readonly logFile: string;
}

export const USER = 'mediaflow';
export const DATABASE = 'mediaflow';
export const HOST = '127.0.0.1';

export function layoutOf(folder: string): Layout {
  const dataFolder = resolve(folder);
  const cluster = join(dataFolder, 'postgres');
  return {
    dataFolder,
    cluster,
    passwordFile: join(cluster, 'mediaflow.password'),
    postmasterFile: join(cluster, 'postmaster.pid'),
    logFile: join(dataFolder, 'postgres.log'),
  };
}

export const connectionStringOf = (port: number, password: string, database = DATABASE): string =>
  `postgres://${USER}:${password}@${HOST}:${port}/${database}`;
