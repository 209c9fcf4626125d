import { isIPv4 } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { eventStoreDbUrl } from './event-store-db-url.js';
import { flag, type Read } from './values.js';

/** Where the server listens and keeps what it has. */
export const serverVariables = {
  HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address it listens on; other machines reach it only when it is told so'),
  PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(3000)
    .describe('Port it listens on; 0 takes any that is free'),
  MEDIAFLOW_DATA: z
    .string()
    .min(1)
    .default('.mediaflow')
    .describe('Folder of the files and the embedded database'),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'has to be like postgresql://user:password@host/database' })
    .optional()
    .describe('A PostgreSQL server to use instead of the embedded one'),
  DATABASE_DIRECT_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'has to be like postgresql://user:password@host/database' })
    .optional()
    .describe(
      'The same database without a pooler in between, where `DATABASE_URL` leads through one that lends connections by the transaction, such as PgBouncer (docs/operations.md)',
    ),
  MEDIAFLOW_MIGRATE_AT_START: flag
    .default('true')
    .describe(
      'Whether a process brings the schema of the database up to date when it starts; with `false`, which needs `DATABASE_URL`, it waits until `mediaflow migrate` has (docs/operations.md)',
    ),
  EVENTSTOREDB_URL: eventStoreDbUrl
    .optional()
    .describe(
      'An EventStoreDB or KurrentDB server to keep events in instead of PostgreSQL, such as `esdb://user:password@host:2113`; several hosts, separated by commas, are a cluster',
    ),
};

export interface ServerConfig {
  readonly host: string;
  readonly port: number;
  readonly dataFolder: string;
  /** Undefined means the embedded PostgreSQL in the data folder. */
  readonly databaseUrl: string | undefined;
  /** Undefined means that `databaseUrl` gives every client a connection of its own. */
  readonly databaseDirectUrl: string | undefined;
  /** Otherwise it waits until somebody else has. */
  readonly migratesAtStart: boolean;
  /** Undefined means that events are kept in PostgreSQL too. */
  readonly eventStoreDbUrl: string | undefined;
}

export const readServer = (env: Read<typeof serverVariables>): ServerConfig => ({
  host: env.HOST,
  port: env.PORT,
  dataFolder: resolve(env.MEDIAFLOW_DATA),
  databaseUrl: env.DATABASE_URL,
  databaseDirectUrl: env.DATABASE_DIRECT_URL,
  migratesAtStart: env.MEDIAFLOW_MIGRATE_AT_START === 'true',
  eventStoreDbUrl: env.EVENTSTOREDB_URL,
});

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
