import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, constants, realpath, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { messageOf } from '../../../core/errors.js';

/** A file that can be sent. */
export interface LocalFile {
  /** As the user wrote it. */
  readonly path: string;
  /** Absolute, without links. */
  readonly realPath: string;
  readonly name: string;
  readonly sizeBytes: number;
  /** When its content changed, of the clock of its file system. */
  readonly modifiedMilliseconds: number;
}

/** A file that cannot be sent, and why: `is empty`. */
export interface FileProblem {
  readonly path: string;
  readonly problem: string;
}

/** What has gone by cannot be sent again from where an upload stopped. */
const STANDARD_INPUT =
  'is standard input, which cannot be sent again from where it stopped: save it as a file first';

/** Looks at every file before any is sent. */
export async function checkFiles(
  paths: readonly string[],
  limitBytes: number,
): Promise<{ readonly files: LocalFile[]; readonly problems: FileProblem[] }> {
  const looks = await Promise.all(
    paths.map((path) =>
      lookAt(path, limitBytes).catch((error: unknown) => ({ path, problem: reasonOf(error) })),
    ),
  );
  const problems = looks.filter((look) => 'problem' in look);
  const files = looks.filter((look) => 'realPath' in look);
  const seen = new Set<string>();
  for (const { path, realPath } of files) {
    if (seen.has(realPath)) problems.push({ path, problem: 'is given twice' });
    seen.add(realPath);
  }
  return { files, problems };
}

async function lookAt(path: string, limitBytes: number): Promise<LocalFile | FileProblem> {
  if (path === '-') return { path, problem: STANDARD_INPUT };
  const realPath = await realpath(path);
  const { size: sizeBytes, ...entry } = await stat(realPath).then((found) => ({
    size: found.size,
    modifiedMilliseconds: found.mtimeMs,
    isDirectory: found.isDirectory(),
    isFile: found.isFile(),
  }));
  if (entry.isDirectory) return { path, problem: 'is a folder' };
  if (!entry.isFile) return { path, problem: 'is no regular file' };
  if (sizeBytes === 0) return { path, problem: 'is empty' };
  if (sizeBytes > limitBytes)
    return { path, problem: `has ${sizeBytes} bytes, the server takes ${limitBytes}` };
  await access(realPath, constants.R_OK);
  return {
    path,
    realPath,
    name: basename(path),
    sizeBytes,
    modifiedMilliseconds: entry.modifiedMilliseconds,
  };
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EACCES: 'may not be read',
  ELOOP: 'is a link to itself',
};

const reasonOf = (error: unknown): string =>
  REASONS[(error as NodeJS.ErrnoException).code ?? ''] ?? `cannot be read (${messageOf(error)})`;

/** SHA-256 in lower-case hex. */
export async function hashFile(
  path: string,
  onProgress: (hashedBytes: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const hash = createHash('sha256');
  let hashedBytes = 0;
  await pipeline(
    createReadStream(path, { highWaterMark: 1024 * 1024 }),
    async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        hash.update(chunk);
        hashedBytes += chunk.length;
        onProgress(hashedBytes);
      }
    },
    { signal },
  );
  return hash.digest('hex');
}
