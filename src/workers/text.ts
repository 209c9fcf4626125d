import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '../core/blob-store.js';
import type { InferenceClient } from '../core/inference/inference-client.js';
import type { VideoTools } from '../core/video-tools.js';
import type { ModerationPolicy } from '../domain/media/moderation-policy-document.js';
import { readText } from './read-text.js';
import { stepWorker } from './step-worker.js';

/** What is shorter was not meant to be read. */
const SECONDS_A_FRAME = 2;
/** So many in any film, spread over it, and more that look unlike those: titles do. All of them lie in memory at once, 100 MB at the most. */
const [SPREAD_FRAMES, UNLIKE_FRAMES] = [40, 16];
/** Shorter films are decoded once, and have a frame every two or three seconds anyway. */
const UNLIKE_FROM_SECONDS = 60;
/** In the middle of its part, so that the same video always says the same. */
const MIDDLE = 0.5;
const MAXIMUM_SIDE_PIXELS = 1024;

/** Reads what stands in a video, for the search. */
export const textWorker = (dependencies: {
  readonly blobs: BlobStore;
  readonly tools: VideoTools;
  readonly inference: InferenceClient;
  readonly policy: ModerationPolicy;
}) =>
  stepWorker({
    step: 'text',
    concurrency: 1,
    async run({ blobKey, video, durationSeconds }, held, context) {
      const { workFolder, signal } = context;
      const { blobs, tools } = dependencies;
      const [jpegFolder, folder] = [join(workFolder, 'frames'), join(workFolder, 'read')];
      await Promise.all([mkdir(jpegFolder), mkdir(folder)]);
      const isLong = durationSeconds > UNLIKE_FROM_SECONDS;
      const { frames } = await tools.sampleFrames({
        inputPath: await blobs.localFile(blobKey, workFolder),
        ...{ video, durationSeconds, signal, random: () => MIDDLE },
        spreadFrames: Math.min(SPREAD_FRAMES, Math.max(1, Math.ceil(durationSeconds / SECONDS_A_FRAME))),
        unlikeFrames: isLong ? UNLIKE_FRAMES : 0,
        maximumSidePixels: MAXIMUM_SIDE_PIXELS,
        ...(isLong && { jpegFolder }),
      });
      return [await readText(dependencies, { held, frames, folder, context })];
    },
  });
