import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { makeFolders } from '../../../files/make-folders.js';

const recordSchema = z.object({
  /** Sent with the creation: one whose answer was lost is not made a second time. */
  idempotencyKey: z.string(),
  /** Null until the server has told it. */
  uploadUrl: z.string().nullable(),
  /** As the upload was created with. */
  metadata: z.record(z.string(), z.string()),
});

/** An upload that has begun and not ended. */
export type UploadRecord = z.infer<typeof recordSchema>;

/** What is remembered of unfinished uploads, one file each, so that commands that run at once do not meet. */
export interface UploadRecords {
  find(fingerprint: string): Promise<UploadRecord | undefined>;
  save(fingerprint: string, record: UploadRecord): Promise<void>;
  forget(fingerprint: string): Promise<void>;
  /** Removes what no server remembers any more. */
  sweep(): Promise<void>;
}

const OLDEST_MILLISECONDS = 30 * 24 * 3600 * 1000;

/** Where a user's programs keep what should outlive a restart (XDG base directories). */
export const stateFolder = (env: Readonly<Record<string, string | undefined>>): string =>
  join(env.XDG_STATE_HOME || join(env.HOME || homedir(), '.local', 'state'), 'mediaflow', 'uploads');

/** The same content of the same file to the same server. */
export const fingerprintOf = (...parts: readonly [url: string, realPath: string, sha256: string]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex');

export function createUploadRecords(folder: string): UploadRecords {
  const pathOf = (fingerprint: string) => join(folder, `${fingerprint}.json`);

  return {
    async find(fingerprint) {
      try {
        return recordSchema.parse(JSON.parse(await readFile(pathOf(fingerprint), 'utf8')));
      } catch {
        return undefined; // not there or not readable: the upload begins anew
      }
    },
    async save(fingerprint, record) {
      await makeFolders(folder, 0o700);
      const temporary = join(folder, `${randomUUID()}.tmp`);
      await writeFile(temporary, JSON.stringify(record), { mode: 0o600 });
      await rename(temporary, pathOf(fingerprint));
    },
    forget: (fingerprint) => rm(pathOf(fingerprint), { force: true }),
    async sweep() {
      const names = await readdir(folder).catch(() => []);
      for (const name of names) {
        const path = join(folder, name);
        const found = await stat(path).catch(() => undefined);
        if (found && Date.now() - found.mtimeMs > OLDEST_MILLISECONDS) await rm(path, { force: true });
      }
    },
  };
}
