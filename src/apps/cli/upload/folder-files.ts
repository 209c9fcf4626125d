import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Output } from '../terminal/output.js';
import { printable } from '../terminal/text.js';
import { endingOf, isMedia } from './media-names.js';

/** What a folder holds, and what of it is left where it is. */
export interface FolderFiles {
  /** In the order of their names, with the folder's own before. */
  readonly paths: string[];
  readonly hidden: number;
  /** Links and what else is no regular file: following them might lead out of the folder, or round in it. */
  readonly irregular: number;
  /** How many, by how their names end. */
  readonly notMedia: ReadonlyMap<string, number>;
  /** Folders that may not be read. */
  readonly unreadable: readonly string[];
}

/** All files of a folder and of those in it. Throws for a folder that cannot be read itself. */
export async function findFiles(folder: string, signal: AbortSignal): Promise<FolderFiles> {
  const found = { paths: [] as string[], hidden: 0, irregular: 0, unreadable: [] as string[] };
  const notMedia = new Map<string, number>();

  async function look(inside: string): Promise<void> {
    const entries = [];
    for await (const entry of await opendir(inside)) entries.push(entry);
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      signal.throwIfAborted();
      const path = join(inside, entry.name);
      if (entry.name.startsWith('.')) found.hidden++;
      else if (entry.isDirectory()) await look(path).catch(() => found.unreadable.push(path));
      else if (!entry.isFile()) found.irregular++;
      else if (await isMedia(path)) found.paths.push(path);
      else notMedia.set(endingOf(path), (notMedia.get(endingOf(path)) ?? 0) + 1);
    }
  }
  await look(folder);
  signal.throwIfAborted();
  return { ...found, notMedia };
}

const MOST_ENDINGS = 5;

/** What was passed over, for people: nothing is left out without a word. */
export function sayWhatIsSkipped(skipped: FolderFiles, output: Output): void {
  const { hidden, irregular, notMedia, unreadable } = skipped;
  const endings = [...notMedia].toSorted(([, a], [, b]) => b - a);
  const count = endings.reduce((sum, [, files]) => sum + files, 0);
  const named = endings
    .slice(0, MOST_ENDINGS)
    .map(([ending, files]) => `${files} ${ending === '' ? 'without an ending' : `.${printable(ending)}`}`);
  const parts = [
    ...(count > 0 ? [`${count} no media by their names (${named.join(', ')})`] : []),
    ...(hidden > 0 ? [`${hidden} hidden`] : []),
    ...(irregular > 0 ? [`${irregular} links or no regular files`] : []),
  ];
  if (parts.length > 0)
    output.note(`Skipped: ${parts.join('; ')}. A file that is named is sent all the same.`);
  for (const path of unreadable) output.note(`${printable(path)} may not be read: skipped.`);
}
