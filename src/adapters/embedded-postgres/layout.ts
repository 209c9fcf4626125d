import { join, resolve } from 'node:path';

/** Where everything of the embedded server lives in a data folder; all paths are absolute. */
export interface Layout {
  readonly dataFolder: string;
  /** PostgreSQL's own data directory. */
  readonly cluster: string;
  /** The superuser's; kept inside the cluster, so that the two can never be separated. */
  readonly passwordFile: string;
  readonly postmasterFile: string;
  readonly logFile: string;
}

/** Made with the cluster, and used for nothing but to see to the application's role. */
export const SUPERUSER = 'mediaflow';
export const APPLICATION_ROLE = 'mediaflow_app';
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

export interface Login {
  readonly role: string;
  readonly password: string;
}

export const connectionStringOf = (port: number, { role, password }: Login, database = DATABASE): string =>
  `postgres://${role}:${password}@${HOST}:${port}/${database}`;
