import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { findPortToKeep } from './port-to-keep.js';

export interface PgBouncer {
  /** The same database as was given, by way of the pooler. */
  urlOf(databaseUrl: string): string;
  /** Transactions that it has lent a connection to so far. */
  transactions(): Promise<number>;
  /** Ports from which it has connected to the server: other connections are not its. */
  serverPorts(): Promise<number[]>;
  stop(): Promise<void>;
}

/** A few for all clients, so that hardly anybody gets the connection back that they had before. */
const SERVER_CONNECTIONS = 3;

/**
 * The system's PgBouncer (Debian: `apt install pgbouncer`) in transaction mode, as it is without settings of its own: in front
 * of the server that a URL names, for all databases there.
 */
export async function startPgBouncer(serverUrl: string): Promise<PgBouncer> {
  const server = new URL(serverUrl);
  const port = await findPortToKeep();
  const folder = mkdtempSync(join(tmpdir(), 'mediaflow-pgbouncer-'));
  chmodSync(folder, 0o755); // it runs as nobody
  const login = `user=${decodeURIComponent(server.username)} password=${decodeURIComponent(server.password)}`;
  const file = join(folder, 'pgbouncer.ini');
  writeFileSync(
    file,
    `[databases]
* = host=${server.hostname} port=${server.port} ${login}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${SERVER_CONNECTIONS}
max_client_conn = 500
`,
  );
  const asNobody = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child = spawn('pgbouncer', [...asNobody, file], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.on('data', (text) => {
    log += text;
  });
  const ended = once(child, 'exit');
  const urlOf = (databaseUrl: string) => {
    const url = new URL(databaseUrl);
    url.hostname = '127.0.0.1';
    url.port = `${port}`;
    return url.href;
  };
  const console = new URL(urlOf(serverUrl));
  console.pathname = '/pgbouncer';

  async function show<Row extends pg.QueryResultRow>(what: string): Promise<Row[]> {
    const client = new pg.Client({ connectionString: console.href });
    await client.connect();
    const { rows } = await client.query<Row>(`show ${what}`);
    await client.end();
    return rows;
  }
  const totals = () => show<{ database: string; xact_count: string }>('stats_totals');
  const deadline = performance.now() + 10_000;
  while (!(await totals().catch(() => undefined))) {
    if (child.exitCode !== null || performance.now() > deadline)
      throw new Error(`PgBouncer does not start (Debian: apt install pgbouncer): ${log}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    urlOf,
    async transactions() {
      const rows = await totals();
      return rows
        .filter(({ database }) => database !== 'pgbouncer')
        .reduce((sum, { xact_count }) => sum + Number(xact_count), 0);
    },
    async serverPorts() {
      return (await show<{ local_port: number }>('servers')).map(({ local_port }) => local_port);
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}
