import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import type { LogRecord } from './transaction-log.js';

/**
 * Keeps what was written together on a line each, before it is acknowledged: a process that is killed has it when it starts again.
 * A line that was cut off was acknowledged to nobody, and is gone.
 */
export const appendToJournal = (path: string, records: readonly LogRecord[]): void =>
  appendFileSync(path, `${JSON.stringify(records.map(plain))}\n`);

/** All that was kept, in the order of `$all`. */
export function readJournal(path: string): LogRecord[] {
  const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  const whole = bytes.subarray(0, bytes.lastIndexOf('\n') + 1);
  if (whole.length < bytes.length) truncateSync(path, whole.length);
  return whole
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => (JSON.parse(line) as Plain[]).map(recordOf));
}

type Plain = ReturnType<typeof plain>;

const plain = ({ data, metadata, commit, prepare, ...rest }: LogRecord) => ({
  ...rest,
  data: Buffer.from(data).toString('base64'),
  metadata: Buffer.from(metadata).toString('base64'),
  commit: String(commit),
  prepare: String(prepare),
});

const recordOf = ({ data, metadata, commit, prepare, ...rest }: Plain): LogRecord => ({
  ...rest,
  data: Buffer.from(data, 'base64'),
  metadata: Buffer.from(metadata, 'base64'),
  commit: BigInt(commit),
  prepare: BigInt(prepare),
});
