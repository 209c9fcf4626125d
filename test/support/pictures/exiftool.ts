import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Writes tags into a file, as `-EXIF:Make=Acme`. */
export async function writeTags(path: string, tags: readonly string[]): Promise<void> {
  await execute('exiftool', ['-q', '-q', '-overwrite_original', '-n', '-m', ...tags, path]);
}

/** All that ExifTool finds, by `Group:Tag`, figures as figures. The groups are of the family given. */
export async function tagsOf(
  path: string,
  family: 0 | 1 = 0,
): Promise<Readonly<Record<string, string | number | readonly string[]>>> {
  const { stdout } = await execute('exiftool', ['-j', '-n', '-a', `-G${family}`, path]);
  return (JSON.parse(stdout) as Record<string, string | number>[])[0] ?? {};
}
