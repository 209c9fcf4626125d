import { expandDims, image as pictures, type Tensor, tensor2d, tensor3d, tidy } from '@tensorflow/tfjs-core';
import type { DetectedObject } from '../../core/inference/task-table.js';
import type { RgbImage } from '../../core/video-tools.js';
import { detectionModel } from './bundled-models.ts';
import { cocoLabels } from './coco-labels.ts';
import { graphModelFrom, takeValues } from './graph-model.ts';
import './start-wasm.ts';
import { readVerified } from './verified-files.ts';

const SIDE_PIXELS = 300;
const MAXIMUM_OBJECTS = 20;
const MINIMUM_CONFIDENCE = 0.3;
/** Of two boxes that share more than this of their union, only the surer one stays. */
const MAXIMUM_OVERLAP = 0.5;

/**
 * Where the graph is entered: behind its own resizing, a loop over the batch that makes every run asynchronous and a
 * fifth slower than the same resizing done before.
 */
const RESIZED_PICTURES = 'Preprocessor/map/TensorArrayStack/TensorArrayGatherV3';
/** Of each anchor box: the probability of each class, the background cut off. */
const SCORES = 'Postprocessor/Slice';
/** Of each anchor box: top, left, bottom, right as fractions. */
const CORNERS = 'Postprocessor/ExpandDims_1';

/** Loads the detector; the function it gives back leaves no tensor behind. Throws ModelFilesError. */
export async function loadDetectionModel(): Promise<(image: RgbImage) => readonly DetectedObject[]> {
  const { topology, weights } = await readVerified(detectionModel);
  const graph = await graphModelFrom(
    JSON.parse(topology.bytes.toString('utf8')),
    Buffer.concat(weights.map((file) => file.bytes)),
  );

  return (image) => {
    const [scores, corners] = tidy(
      () => graph.execute({ [RESIZED_PICTURES]: prepare(image) }, [SCORES, CORNERS]) as [Tensor, Tensor],
    ).map(takeValues) as [Float32Array, Float32Array];
    const { classes, confidences } = surestClasses(scores, corners.length / 4);
    return surestBoxes(corners, confidences).map((anchor) => ({
      label: cocoLabels[classes[anchor] ?? 0] ?? 'unknown',
      confidence: confidences[anchor] ?? 0,
      box: boxOf(corners.subarray(anchor * 4, anchor * 4 + 4)),
    }));
  };
}

const prepare = ({ width, height, pixels }: RgbImage): Tensor =>
  expandDims(
    pictures.resizeBilinear(tensor3d(pixels, [height, width, 3], 'float32'), [SIDE_PIXELS, SIDE_PIXELS]),
  );

/** For each anchor box its likeliest class (a COCO number) and how likely that is. */
const surestClasses = (scores: Float32Array, anchorCount: number) => {
  const classCount = scores.length / anchorCount;
  const classes = new Uint8Array(anchorCount);
  const confidences = new Float32Array(anchorCount);
  scores.forEach((score, index) => {
    const anchor = Math.floor(index / classCount);
    if (score <= (confidences[anchor] ?? 0)) return;
    confidences[anchor] = score;
    classes[anchor] = (index % classCount) + 1;
  });
  return { classes, confidences };
};

/** The anchors that remain after non-maximum suppression, the surest first. */
const surestBoxes = (corners: Float32Array, confidences: Float32Array): number[] =>
  tidy(() => {
    const boxes = tensor2d(corners, [confidences.length, 4]);
    const kept = pictures.nonMaxSuppression(
      boxes,
      confidences,
      MAXIMUM_OBJECTS,
      MAXIMUM_OVERLAP,
      MINIMUM_CONFIDENCE,
    );
    return Array.from(kept.dataSync());
  });

/** Left, top, width, height inside the picture, from corners that may reach out of it. */
const boxOf = (corners: Float32Array): DetectedObject['box'] => {
  const [top = 0, left = 0, bottom = 0, right = 0] = corners.map((edge) => Math.min(1, Math.max(0, edge)));
  return [left, top, right - left, bottom - top];
};
