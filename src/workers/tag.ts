import type { BlobStore } from '../core/blob-store.js';
import type { InferenceClient } from '../core/inference/inference-client.js';
import type { VideoTools } from '../core/video-tools.js';
import { stepWorker } from './step-worker.js';
import { tagFrames } from './tag-frames.js';

const FRAMES = 20;
/** In the middle of its part, so that the same video always has the same tags. */
const MIDDLE = 0.5;
const MAXIMUM_SIDE_PIXELS = 640;

/** Finds out what is to be seen, and when. */
export const tagWorker = (dependencies: {
  readonly blobs: BlobStore;
  readonly tools: VideoTools;
  readonly inference: InferenceClient;
}) =>
  stepWorker({
    step: 'tag',
    concurrency: 1,
    async run({ blobKey, video, durationSeconds }, held, { workFolder, signal }) {
      const { blobs, tools, inference } = dependencies;
      const { frames } = await tools.sampleFrames({
        inputPath: await blobs.localFile(blobKey, workFolder),
        video,
        durationSeconds,
        spreadFrames: FRAMES,
        unlikeFrames: 0,
        random: () => MIDDLE,
        maximumSidePixels: MAXIMUM_SIDE_PIXELS,
        signal,
      });
      return [await tagFrames(inference, { held, frames, durationSeconds, signal })];
    },
  });
