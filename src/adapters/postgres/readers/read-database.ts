import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { unavailable } from '../../../core/errors.js';
import { lendOnlyAtRest } from '../../../core/lent-connections.js';
import type { DatabaseAddress } from '../connection/database-address.js';
import { isStatementTimeout, orUnavailable } from '../connection/database-errors.js';
import { patience, soon } from '../connection/patience.js';
import { createStatementNames, isOutdatedPlan } from '../connection/statement-names.js';
import { withClient } from '../connection/with-client.js';

/** What a reader needs: SQL in, rows out. Values go in as parameters, never into the text. */
export interface ReadDatabase {
  query<Row extends object>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** Several questions to the rows as they are now, whatever is written meanwhile. */
  snapshot<Result>(read: (query: ReadDatabase['query']) => Promise<Result>): Promise<Result>;
}

export interface OpenReadDatabase extends ReadDatabase {
  close(): Promise<void>;
}

/** The views for readers, on connections of TypeORM's pool. A lost connection is `database_unavailable`. */
export async function openReadDatabase(
  options: DatabaseAddress & {
    readonly maximumConnections?: number;
    /** Less than the time a request has anyway. */
    readonly statementTimeoutMilliseconds?: number;
    /** Told of connections that end and were not to. */
    readonly onLost?: () => void;
  },
): Promise<OpenReadDatabase> {
  const { onLost = () => {}, isPooled = false, statementTimeoutMilliseconds } = options;
  const source = new DataSource({
    type: 'postgres',
    url: options.connectionString,
    logging: false,
    extra: {
      max: options.maximumConnections ?? 8,
      ...patience,
      ...soon,
      // The server's word comes first, and ends the work as well.
      ...(!isPooled && {
        statement_timeout: statementTimeoutMilliseconds ?? soon.query_timeout - 1_000,
      }),
      application_name: 'mediaflow-queries',
    },
    // An idle connection that breaks is replaced at the next query.
    poolErrorHandler: onLost,
  });
  await source.initialize();
  const nameOf = createStatementNames('query');

  // TypeORM's own `query` cannot name a statement, and planning costs more than running most of ours. And of its
  // runners a connection that has fallen silent would go back into the pool.
  const pool: Pool = (source.driver as PostgresDriver).master;
  pool.on('connect', (client) => client.on('error', onLost));
  lendOnlyAtRest(pool);

  /** For a connection that is lent by the transaction: its limit goes along with each. */
  async function runWithin<Row extends object>(
    limitMilliseconds: number,
    statement: { readonly text: string; readonly values: unknown[] },
  ): Promise<Row[]> {
    return withClient(pool, async (client) => {
      await client.query(`begin read only; set local statement_timeout = ${limitMilliseconds}`);
      const { rows } = await client.query<Row>(statement);
      await client.query('commit');
      return rows;
    });
  }

  async function run<Row extends object>(text: string, parameters: readonly unknown[]): Promise<Row[]> {
    const statement = { text, values: [...parameters] };
    if (isPooled)
      return statementTimeoutMilliseconds === undefined
        ? (await pool.query<Row>(statement)).rows
        : runWithin<Row>(statementTimeoutMilliseconds, statement);
    const { rows } = await pool.query<Row>({ ...statement, ...nameOf(text) }).catch((error: unknown) => {
      if (isOutdatedPlan(error)) return pool.query<Row>(statement);
      throw error;
    });
    return rows;
  }

  const inWords = (error: unknown): never => {
    // What the server itself gave up is no lost connection: there may be an answer to less, or later.
    if (isStatementTimeout(error))
      throw unavailable('query_took_too_long', 'This took too long: ask for less, or later.', {}, error);
    return orUnavailable('database_unavailable')(error);
  };

  return {
    query: <Row extends object>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> =>
      run<Row>(sql, parameters).catch(inWords),

    snapshot: (read) =>
      withClient(pool, async (client) => {
        await client.query('begin isolation level repeatable read read only').catch(inWords);
        const result = await read(
          async <Row extends object>(text: string, parameters: readonly unknown[] = []) =>
            (await client.query<Row>(text, [...parameters]).catch(inWords)).rows,
        );
        await client.query('commit').catch(inWords);
        return result;
      }),
    close: () => source.destroy(),
  };
}
