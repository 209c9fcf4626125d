import { expect, test } from 'vitest';
import { asFailure, failureOf } from '../../../src/adapters/embedded-postgres/failures.js';

test.each([
  ['storage_full', 'FATAL:  could not write to file "pg_wal/xlogtemp.1": No space left on device'],
  [
    'storage_full',
    'FATAL:  could not extend file "base/1/2691"\nHINT:  Check free disk space.\nPANIC:  gone',
  ],
  ['storage_full', "ENOSPC: no space left on device, mkdtemp '/data/postgres.init-'"],
  ['data_folder_not_writable', 'initdb: error: could not create directory "/data": Permission denied'],
  ['data_folder_not_writable', "EROFS: read-only file system, open '/data/postgres.log'"],
  ['embedded_postgres_no_account', 'initdb: error: could not look up effective user ID 12345'],
  ['embedded_postgres_failed', 'FATAL:  could not create any TCP/IP sockets'],
  ['embedded_postgres_failed', ''],
])('%s is what becomes of %j, with a way out', (code, output) => {
  const failure = failureOf('start', output);
  expect(failure.code).toBe(code);
  expect(failure.message).toContain('DATABASE_URL');
});

test('the reason is the first fatal line that is not about a client that came too early', () => {
  const output = [
    '2026-01-01 00:00:00 UTC [1] LOG:  starting PostgreSQL',
    '2026-01-01 00:00:00 UTC [2] FATAL:  the database system is starting up',
    '2026-01-01 00:00:00 UTC [1] FATAL:  could not load root certificate.',
    '2026-01-01 00:00:00 UTC [1] PANIC:  consequence',
  ].join('\n');
  expect(failureOf('start', output, '/data/postgres.log').message).toMatch(
    /^PostgreSQL could not start: could not load root certificate\. More is in \/data\/postgres\.log\./,
  );
});

test('an error that already says what to do passes unchanged', () => {
  const failure = failureOf('start', 'No space left on device');
  expect(asFailure('stop', failure)).toBe(failure);
});
