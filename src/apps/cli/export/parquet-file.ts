import { access, rename, rm, writeFile } from 'node:fs/promises';
import { fileWriter, parquetWriteRows } from 'hyparquet-writer';
import type { LogEvent } from '../answers.js';
import { CliFailure, wrongUsage } from '../failure.js';
import { type ReadEvents, unwritable } from './export-format.js';

/** So many events are held at once. */
const ROWS_A_GROUP = 5_000;

const columns = [
  { name: 'position', type: 'STRING' },
  { name: 'eventId', type: 'STRING' },
  { name: 'stream', type: 'STRING' },
  { name: 'revision', type: 'INT32' },
  { name: 'type', type: 'STRING' },
  { name: 'schemaVersion', type: 'INT32' },
  { name: 'occurredAt', type: 'TIMESTAMP' },
  { name: 'actor', type: 'STRING' },
  { name: 'data', type: 'JSON' },
  { name: 'metadata', type: 'JSON' },
] as const;

const rowOf = ({ metadata, ...event }: LogEvent) => ({
  ...event,
  metadata,
  ...{ occurredAt: new Date(metadata.occurredAt), actor: metadata.actor },
});

/**
 * A row an event, what the types have in common as columns and the rest as JSON (Apache Parquet, compressed with Snappy). Such a
 * file ends in its directory, so it is there whole or not at all, and cannot be gone on with.
 */
export async function writeParquet(file: string, read: ReadEvents): Promise<void> {
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (isThere)
    throw wrongUsage(
      `${file} is there already, and a Parquet file cannot be gone on with: name another, and where it begins with --from.`,
    );
  const unfinished = `${file}.part`;
  async function* rows() {
    for await (const event of read(undefined)) yield rowOf(event);
  }
  try {
    // The log tells what people did: nobody else reads it here. The writer has no say in that, so the file is there before it.
    await rm(unfinished, { force: true });
    await writeFile(unfinished, '', { mode: 0o600, flag: 'wx' });
    const writer = fileWriter(unfinished);
    await parquetWriteRows({ writer, rows: rows(), columns: [...columns], rowGroupSize: ROWS_A_GROUP });
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw isOfFile(error) ? unwritable(file, error) : error;
  }
}

const isOfFile = (error: unknown): boolean =>
  !(error instanceof CliFailure) && error instanceof Error && 'syscall' in error;
