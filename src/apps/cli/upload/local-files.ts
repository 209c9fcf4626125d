import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, constants, realpath, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { messageOf } from '../../../core/errors.js';
import { wrongUsage } from '../failure.js';

/** A file that can be sent. */
export interface LocalFile {
  /** As the user wrote it. */
  readonly path: string;
  /** Absolute, without links. */
  readonly realPath: string;
  readonly name: string;
  readonly sizeBytes: number;
}

/** Looks at every file before any is sent. Throws wrong usage that names each one that cannot be. */
export async function checkFiles(paths: readonly string[], limitBytes: number): Promise<LocalFile[]> {
  const looks = await Promise.all(
    paths.map((path) => lookAt(path, limitBytes).catch((error: unknown) => `${path}: ${reasonOf(error)}`)),
  );
  const problems = looks.filter((look) => typeof look === 'string');
  const files = looks.filter((look) => typeof look !== 'string');
  const seen = new Set<string>();
  for (const { path, realPath } of files) {
    if (seen.has(realPath)) problems.push(`${path}: given twice`);
    seen.add(realPath);
  }
  if (problems.length > 0) throw wrongUsage(`Nothing was sent. ${problems.join('; ')}`);
  return files;
}

async function lookAt(path: string, limitBytes: number): Promise<LocalFile | string> {
  const realPath = await realpath(path);
  const { size: sizeBytes, ...entry } = await stat(realPath).then((found) => ({
    size: found.size,
    isDirectory: found.isDirectory(),
    isFile: found.isFile(),
  }));
  if (entry.isDirectory) return `${path}: is a folder; name the files in it`;
  if (!entry.isFile) return `${path}: is no regular file`;
  if (sizeBytes === 0) return `${path}: is empty`;
  if (sizeBytes > limitBytes) return `${path}: has ${sizeBytes} bytes, the server takes ${limitBytes}`;
  await access(realPath, constants.R_OK);
  return { path, realPath, name: basename(path), sizeBytes };
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'may not be read',
  ELOOP: 'is a link to itself',
};

const reasonOf = (error: unknown): string =>
  REASONS[(error as NodeJS.ErrnoException).code ?? ''] ?? messageOf(error);

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
