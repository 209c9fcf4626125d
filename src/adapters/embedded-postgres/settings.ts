import { HOST } from './layout.js';

/** Names and values of PostgreSQL settings, e.g. `{ work_mem: '8MB' }`. */
export type Settings = Readonly<Record<string, string>>;

/** Tuned for one application on a small machine that must not lose an acknowledged commit. */
export const defaultSettings: Settings = {
  listen_addresses: HOST,
  // Reached over TCP only: no path-length limit, and every client library takes the same address.
  unix_socket_directories: '',
  max_connections: '60',

  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_wal_size: '512MB',
  min_wal_size: '80MB',

  // Pages count only once touched; a small database stays far below this.
  shared_buffers: '96MB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  huge_pages: 'off',
  // Each I/O worker is a process; the page cache of a small database makes them idle.
  io_method: 'sync',
  max_logical_replication_workers: '0',
  max_parallel_workers_per_gather: '1',
  autovacuum_max_workers: '2',
  // Our queries are short: compiling one costs more than running it.
  jit: 'off',

  idle_in_transaction_session_timeout: '60s',
  // Work of a killed client ends soon instead of holding its locks.
  client_connection_check_interval: '2s',

  timezone: 'UTC',
  log_timezone: 'UTC',
  // Failed statements are the application's to report; with their data they could fill the disk.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
};

/** Command-line flags win over postgresql.conf and ALTER SYSTEM, so an old data folder runs with today's settings. */
export const flagsOf = (settings: Settings): string[] =>
  Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
