import { createRequire } from 'node:module';
import { div, expandDims, image as pictures, type Tensor, tensor3d, tidy } from '@tensorflow/tfjs-core';
import type { ModerationLabels } from '../../core/inference/task-table.js';
import type { RgbImage } from '../../core/video-tools.js';
import { moderationModel } from './bundled-models.ts';
import { graphModelFrom, takeValues } from './graph-model.ts';
import './start-wasm.ts';
import { readVerified } from './verified-files.ts';

const SIDE_PIXELS = 224;

/** Loads the classifier; the function it gives back leaves no tensor behind. Throws ModelFilesError. */
export async function loadModerationModel(): Promise<(image: RgbImage) => ModerationLabels> {
  const { topology, weights: shards } = await readVerified(moderationModel);
  // The package wraps topology and base64 weights in scripts; their bytes are verified before any of them runs.
  const evaluate = createRequire(import.meta.url);
  const weights = shards.map((shard) => Buffer.from(evaluate(shard.path), 'base64'));
  const graph = await graphModelFrom(evaluate(topology.path), Buffer.concat(weights));

  return (image) => {
    const probabilities = tidy(() => graph.predict(prepare(image)) as Tensor);
    const [drawing = 0, hentai = 0, neutral = 0, porn = 0, sexy = 0] = takeValues(probabilities);
    return { drawing, hentai, neutral, porn, sexy };
  };
}

/** The steps the network was trained behind: 0..1, corners aligned, aspect ratio given up. */
const prepare = ({ width, height, pixels }: RgbImage): Tensor => {
  const resized = pictures.resizeBilinear(
    tensor3d(pixels, [height, width, 3], 'float32'),
    [SIDE_PIXELS, SIDE_PIXELS],
    true,
  );
  return expandDims(div(resized, 255));
};
