import type { LogEvent } from '../answers.js';
import { EXIT } from '../exit-codes.js';
import { CliFailure } from '../failure.js';

/** The events after a position, or where it is undefined, those that were asked for, in the order of the log. */
export type ReadEvents = (after: string | undefined) => AsyncIterable<LogEvent>;

/** Writes what it reads into a file. Throws {@link CliFailure}, and what reading throws. */
export type ExportFormat = (file: string, read: ReadEvents) => Promise<void>;

export const unwritable = (file: string, cause: unknown): CliFailure =>
  new CliFailure(EXIT.failed, 'file_unwritable', `${file} cannot be written: ${String(cause)}`);
