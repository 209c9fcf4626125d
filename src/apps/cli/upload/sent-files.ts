import { createHash } from 'node:crypto';
import { appendFile, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { makeFolders } from '../../../files/make-folders.js';
import type { LocalFile } from './local-files.js';

/** What was sent of one folder to one server: sending the folder again sends what is new, without reading the rest. */
export interface SentFiles {
  /** The item that a file became; undefined for one that is not known, or has another size or date by now. */
  find(file: LocalFile): string | undefined;
  add(file: LocalFile, mediaId: string): Promise<void>;
}

const lineSchema = z.tuple([z.string(), z.number(), z.number(), z.string()]);

const keyOf = ({ realPath, sizeBytes, modifiedMilliseconds }: LocalFile): string =>
  JSON.stringify([realPath, sizeBytes, modifiedMilliseconds]);

/** Lines of a file, each added at once: what was cut off by a crash is one line that cannot be read. */
export async function openSentFiles(
  stateFolder: string,
  of: {
    readonly serverUrl: string;
    readonly folder: string;
    /** Nothing is known of what was sent before. */
    readonly again: boolean;
  },
): Promise<SentFiles> {
  const name = createHash('sha256')
    .update(JSON.stringify([of.serverUrl, of.folder]))
    .digest('hex');
  const path = join(dirname(stateFolder), 'sent', `${name}.jsonl`);
  const sent = new Map<string, string>();
  const lines = of.again ? '' : await readFile(path, 'utf8').catch(() => '');
  for (const line of lines.split('\n')) {
    const parsed = lineSchema.safeParse(parse(line));
    if (parsed.success) sent.set(JSON.stringify(parsed.data.slice(0, 3)), parsed.data[3]);
  }
  return {
    find: (file) => sent.get(keyOf(file)),
    async add(file, mediaId) {
      await makeFolders(dirname(path), 0o700);
      const { realPath, sizeBytes, modifiedMilliseconds } = file;
      // Begins with a line of its own, behind one that was cut off.
      await appendFile(path, `\n${JSON.stringify([realPath, sizeBytes, modifiedMilliseconds, mediaId])}`, {
        mode: 0o600,
      });
      sent.set(keyOf(file), mediaId);
    },
  };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
