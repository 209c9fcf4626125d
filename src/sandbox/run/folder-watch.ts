import { statfs } from 'node:fs/promises';
import { MediaFlowError, unsupported } from '../../core/errors.js';
import { tooLarge } from './beyond-limits.js';
import { folderUse } from './folder-use.js';
import type { ToolCodes } from './tool.js';

/** What a run may do to the disk of its work folder. */
export interface FolderLimits {
  /** Space that it leaves to others. */
  readonly keepFreeBytes: number;
  /** Of all that is in the folder. */
  readonly bytes: number;
  readonly entries: number;
}

/** Of the time, that may go into counting what a long film's thousands of segments take. */
const largestShare = 0.05;

/**
 * Looks at a folder that a tool writes to, and answers why it is to be ended, if it is: `storage_full` before the disk is,
 * since a database may be on it, and what cannot be the tool's own doing.
 */
export function createFolderWatch(folder: string, limits: FolderLimits, codes: Pick<ToolCodes, 'output'>) {
  let countAgainAt = 0;
  return async (): Promise<MediaFlowError | undefined> => {
    const { bavail, bsize } = await statfs(folder);
    const freeBytes = bavail * bsize;
    if (freeBytes < limits.keepFreeBytes)
      return new MediaFlowError('storage-full', 'storage_full', 'There is no space left to work in.', {
        ...{ freeBytes, keepFreeBytes: limits.keepFreeBytes },
      });
    const startedAt = performance.now();
    if (startedAt < countAgainAt) return undefined;
    const why = await whyTooMuch(folder, limits, codes);
    const endedAt = performance.now();
    countAgainAt = endedAt + (endedAt - startedAt) / largestShare;
    return why;
  };
}

/** Why what is in a folder is not taken; undefined when it is. */
export async function whyTooMuch(
  folder: string,
  limits: Pick<FolderLimits, 'bytes' | 'entries'>,
  codes: Pick<ToolCodes, 'output'>,
): Promise<MediaFlowError | undefined> {
  const { bytes, entries, isHiding } = await folderUse(folder, limits.entries);
  if (bytes > limits.bytes || entries > limits.entries)
    return tooLarge(codes.output, 'Processing the file wrote more than could come of it.');
  return isHiding
    ? unsupported('forbidden_output', 'Processing the file left folders that nobody can look into.')
    : undefined;
}
