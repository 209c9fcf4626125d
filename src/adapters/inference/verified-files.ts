import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BundledModel, folderOf } from './bundled-models.ts';

/** Why a model cannot be had. */
export class ModelFilesError extends Error {
  readonly code: 'model_missing' | 'model_corrupt';

  constructor(code: ModelFilesError['code'], message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** A file whose bytes are those the product was built against. */
export interface VerifiedFile {
  readonly path: string;
  readonly bytes: Buffer;
}

/**
 * The model's files, whole.
 * Throws ModelFilesError: `model_missing` when one cannot be read, `model_corrupt` when their digest differs.
 */
export async function readVerified(
  model: BundledModel,
): Promise<{ readonly topology: VerifiedFile; readonly weights: readonly VerifiedFile[] }> {
  const [topology, weights] = await readAll(model);
  const hash = createHash('sha256');
  for (const file of [topology, ...weights]) hash.update(file.bytes);
  const digest = hash.digest('hex');
  if (digest !== model.sha256) {
    throw new ModelFilesError(
      'model_corrupt',
      `The files of the model ${model.name} have sha256 ${digest} instead of ${model.sha256}; reinstall the packages.`,
    );
  }
  return { topology, weights };
}

const readAll = async (model: BundledModel): Promise<[VerifiedFile, VerifiedFile[]]> => {
  try {
    const folder = folderOf(model);
    const read = async (file: string): Promise<VerifiedFile> => {
      const path = join(folder, file);
      return { path, bytes: await readFile(path) };
    };
    return await Promise.all([read(model.topologyFile), Promise.all(model.weightFiles.map(read))]);
  } catch (cause) {
    throw new ModelFilesError('model_missing', `The files of the model ${model.name} cannot be read.`, {
      cause,
    });
  }
};
