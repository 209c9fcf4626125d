import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '../core/blob-store.js';
import type { DrawnFile } from '../core/video-tools.js';
import type { WorkerContext } from '../core/worker.js';
import type { AttemptOf, MediaCommandOf } from '../domain/media/media-commands.js';
import { stepKindOf } from '../domain/media/steps/step-name.js';
import { keepOutput } from './keep-output.js';

/** Hands files that are to be served to the blob store, as they lie in `folder`, and gives the command that tells of them. */
export async function keepDerivatives(
  blobs: BlobStore,
  options: {
    readonly held: AttemptOf;
    readonly folder: string;
    readonly files: readonly DrawnFile[];
    readonly context: WorkerContext;
  },
): Promise<MediaCommandOf<'RecordDerivatives'>> {
  const { held, folder, files, context } = options;
  const sizes = await Promise.all(files.map(({ name }) => stat(join(folder, name))));
  const blobPrefix = await keepOutput(blobs, { held, what: stepKindOf(held.step), folder, context });
  const derivatives = files.map(({ name, details }, index) => ({
    ...{ name, details, sizeBytes: sizes[index]?.size ?? 0, blobKey: `${blobPrefix}/${name}` },
  }));
  return { type: 'RecordDerivatives', data: { ...held, derivatives } };
}
