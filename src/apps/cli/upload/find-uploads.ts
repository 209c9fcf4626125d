import { realpath, stat } from 'node:fs/promises';
import { messageOf } from '../../../core/errors.js';
import { wrongUsage } from '../failure.js';
import { type FolderFiles, findFiles } from './folder-files.js';
import { checkFiles, type FileProblem, type LocalFile } from './local-files.js';
import { isAddress } from './pull-one.js';

/** A folder that was named, and what is in it. */
export interface UploadFolder {
  readonly path: string;
  readonly realPath: string;
  readonly found: FolderFiles;
  readonly files: readonly LocalFile[];
  /** What cannot be sent; the rest of the folder is. */
  readonly problems: readonly FileProblem[];
}

interface Named {
  readonly files: readonly string[];
  readonly folders: readonly string[];
  /** What the server fetches. */
  readonly addresses: readonly string[];
}

/** What each name is of; what cannot be looked at is told of as a file. */
export async function sortOut(paths: readonly string[]): Promise<Named> {
  const named = { files: [] as string[], folders: [] as string[], addresses: [] as string[] };
  for (const path of paths)
    if (isAddress(path)) named.addresses.push(path);
    else if (await isFolder(path)) named.folders.push(path);
    else named.files.push(path);
  return named;
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/**
 * Looks at all of the folders before any of it is sent. What is in several, or among the `others`, is sent once. Throws wrong
 * usage for one that cannot be read, or that holds nothing to send.
 */
export async function openFolders(
  paths: readonly string[],
  { others, signal }: { readonly others: ReadonlySet<string>; readonly signal: AbortSignal },
): Promise<UploadFolder[]> {
  const known = new Set(others);
  const folders: UploadFolder[] = [];
  for (const path of paths) {
    const found = await findFiles(path, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      throw wrongUsage(`Nothing was sent: ${path} cannot be read (${messageOf(error)}).`);
    });
    if (found.paths.length === 0) throw wrongUsage(`Nothing was sent: there is no media in ${path}.`);
    const { files, problems } = await checkFiles(found.paths, Number.POSITIVE_INFINITY);
    const own = files.filter(({ realPath }) => !known.has(realPath));
    for (const { realPath } of own) known.add(realPath);
    folders.push({ ...{ path, found, problems }, realPath: await realpath(path), files: own });
  }
  return folders;
}

/** The same with what the server does not take among its problems. */
export function withinLimit(folder: UploadFolder, limitBytes: number): UploadFolder {
  const tooLarge = folder.files.filter(({ sizeBytes }) => sizeBytes > limitBytes);
  return {
    ...folder,
    files: folder.files.filter(({ sizeBytes }) => sizeBytes <= limitBytes),
    problems: [
      ...folder.problems,
      ...tooLarge.map(({ path, sizeBytes }) => ({
        path,
        problem: `has ${sizeBytes} bytes, the server takes ${limitBytes}`,
      })),
    ],
  };
}
