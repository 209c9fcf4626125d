import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type BundledModel,
  detectionModel,
  moderationModel,
} from '../../../src/adapters/inference/bundled-models.js';
import { readVerified } from '../../../src/adapters/inference/verified-files.js';

describe('the files of a model', () => {
  let folder: string;
  let model: BundledModel;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mediaflow-model-'));
    await writeFile(join(folder, 'package.json'), '{}');
    await writeFile(join(folder, 'topology'), 'ab');
    await writeFile(join(folder, 'weights'), 'cd');
    model = {
      name: 'test',
      anchor: join(folder, 'package.json'),
      folder: '.',
      topologyFile: 'topology',
      weightFiles: ['weights'],
      sha256: createHash('sha256').update('abcd').digest('hex'),
    };
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('are read when their digest is the expected one', async () => {
    const { topology, weights } = await readVerified(model);
    expect(topology.bytes.toString()).toBe('ab');
    expect(weights.map((file) => file.bytes.toString())).toEqual(['cd']);
  });

  it('are refused when one byte differs', async () => {
    await writeFile(join(folder, 'other-weights'), 'cD');
    await expect(readVerified({ ...model, weightFiles: ['other-weights'] })).rejects.toMatchObject({
      code: 'model_corrupt',
    });
  });

  it('are missing when a file or the whole package is', async () => {
    for (const missing of [
      { ...model, topologyFile: 'none' },
      { ...model, anchor: 'no-such-package' },
    ]) {
      await expect(readVerified(missing)).rejects.toMatchObject({ code: 'model_missing' });
    }
  });

  it.each([moderationModel, detectionModel])('of $name are installed as we know them', async (bundled) => {
    const { weights } = await readVerified(bundled);
    expect(weights).toHaveLength(bundled.weightFiles.length);
  });
});
