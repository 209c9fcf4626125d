import { extname } from 'node:path';
import { invalid } from '../../core/errors.js';
import { type Logger, silentLogger } from '../../core/logger.js';
import type { RgbImage } from '../../core/video-tools.js';
import type { DetectedObject, ModelIdentity, ModerationLabels, VisionModels } from '../../core/vision.js';
import { type BundledModel, detectionModel, moderationModel } from './bundled-models.js';
import type { InferenceTask } from './inference-protocol.js';
import { createInferenceThread } from './inference-thread.js';

/** A picture takes well under a second, loading a model a few on a busy machine. */
const ANSWER_SECONDS = 60;

/** As floats in the thread this takes 200 MB; sampled frames are far smaller. */
const MAXIMUM_PIXELS = 2 ** 24;

/** Beside this file, from source and from the build alike. */
export const inferenceWorkerEntry = new URL(`./inference-worker${extname(import.meta.url)}`, import.meta.url);

/**
 * The picture models that ship inside npm packages, on the CPU, in one thread of this process: no network, no key.
 * Pictures of any size are scaled to the model's input. Detected objects are sure of at least 0.3, at most 20 a picture,
 * the surest first; raise the bar where the labels are used.
 *
 * Throws MediaFlowError: `invalid_image` when the pixels do not fill the picture, `image_too_large` above 16 megapixels;
 * `model_missing`, `model_corrupt`, `inference_crashed`, `inference_closed`, all of kind `unavailable`;
 * `inference_failed` of kind `internal`. An aborted call rejects with the signal's reason.
 */
export function createLocalVisionModels(
  options: {
    /** After this long without a request the thread and the models' memory are given back; default 60. */
    readonly idleSeconds?: number;
    readonly logger?: Logger;
  } = {},
): VisionModels {
  const { idleSeconds = 60, logger = silentLogger } = options;
  const thread = createInferenceThread({
    entry: inferenceWorkerEntry,
    idleSeconds,
    answerSeconds: ANSWER_SECONDS,
    logger,
  });

  const runEach = async <Answer>(
    task: InferenceTask,
    images: readonly RgbImage[],
    signal: AbortSignal,
  ): Promise<readonly Answer[]> => {
    images.forEach(assertUsable);
    const answers: Answer[] = [];
    // One picture at a time: batches are no faster on one core, hold more memory, and end later when aborted.
    for (const image of images) {
      const { answer } = await thread.run({ task, image }, signal);
      answers.push(answer as Answer);
    }
    return answers;
  };

  return {
    async moderate(images, signal) {
      const labels = await runEach<ModerationLabels>('moderate', images, signal);
      return { model: identityOf(moderationModel), labels };
    },
    async detect(images, signal) {
      const objects = await runEach<readonly DetectedObject[]>('detect', images, signal);
      return { model: identityOf(detectionModel), objects };
    },
    close: () => thread.close(),
  };
}

const identityOf = (model: BundledModel): ModelIdentity => ({
  provider: 'local',
  model: model.name,
  version: model.sha256.slice(0, 12),
});

const assertUsable = ({ width, height, pixels }: RgbImage): void => {
  const positive = Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0;
  if (!positive || pixels.length !== width * height * 3) {
    throw invalid(
      'invalid_image',
      `${pixels.length} bytes are not a picture of ${width} × ${height} pixels.`,
    );
  }
  if (width * height > MAXIMUM_PIXELS) {
    throw invalid('image_too_large', `A picture may have ${MAXIMUM_PIXELS} pixels, not ${width * height}.`);
  }
};
