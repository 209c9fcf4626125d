import { createRequire } from 'node:module';
import { div, expandDims, image as pictures, type Tensor, tensor3d, tidy } from '@tensorflow/tfjs-core';
import { createProjection, PROJECTION } from '../../core/embeddings/project.ts';
import type { Embedding } from '../../core/inference/embedding.js';
import type { ModerationLabels } from '../../core/inference/task-table.js';
import type { RgbImage } from '../../core/video-tools.js';
import { moderationModel } from './bundled-models.ts';
import { graphModelFrom, nodeNamed, takeValues } from './graph-model.ts';
import './start-wasm.ts';
import { readVerified } from './verified-files.ts';

const SIDE_PIXELS = 224;

/** What the network comes to before it gives names to it. */
const EMBEDDING_NODE = '/feature_vector/SpatialSqueeze';
const EMBEDDING_SIZE = 1792;
const SPACE = `${moderationModel.name}@${moderationModel.sha256.slice(0, 12)}/${PROJECTION}`;

/** What was seen in one picture. */
export interface ModeratedPicture {
  readonly labels: ModerationLabels;
  readonly embedding: Embedding;
}

/** Loads the classifier; the function it gives back leaves no tensor behind. Throws ModelFilesError. */
export async function loadModerationModel(): Promise<(image: RgbImage) => ModeratedPicture> {
  const { topology, weights: shards } = await readVerified(moderationModel);
  // The package wraps topology and base64 weights in scripts; their bytes are verified before any of them runs.
  const evaluate = createRequire(import.meta.url);
  const weights = shards.map((shard) => Buffer.from(evaluate(shard.path), 'base64'));
  const json = evaluate(topology.path);
  const graph = await graphModelFrom(json, Buffer.concat(weights));
  const outputs = [...graph.outputNodes, nodeNamed(json, EMBEDDING_NODE)];
  const project = createProjection(EMBEDDING_SIZE);

  return (image) => {
    // Both come of one pass: the second output is an inner node of the first.
    const [probabilities, seen] = tidy(() => graph.execute(prepare(image), outputs) as Tensor[]);
    const [drawing = 0, hentai = 0, neutral = 0, porn = 0, sexy = 0] = takeValues(probabilities as Tensor);
    const vector = project(takeValues(seen as Tensor));
    return { labels: { drawing, hentai, neutral, porn, sexy }, embedding: { space: SPACE, vector } };
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
