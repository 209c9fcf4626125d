import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '../core/blob-store.js';
import { MediaFlowError } from '../core/errors.js';
import type { InferenceClient } from '../core/inference/inference-client.js';
import type { MediaLooksReader } from '../core/readers/media-looks.js';
import type { ModelsReader } from '../core/readers/models.js';
import type { VideoTools } from '../core/video-tools.js';
import type { ModerationPolicy } from '../domain/media/moderation-policy-document.js';
import { planModerationSampling } from '../domain/media/moderation-sampling.js';
import { lookAtFrames } from './look-at-frames.js';
import { looksOf } from './looks-of.js';
import { judgeByHead } from './models/head-verdict.js';
import { stepWorker } from './step-worker.js';

const MAXIMUM_SIDE_PIXELS = 480;
/** By which copies are found: the same of each copy, where the others are such that nobody foresees them. */
const LOOKS = 8;
const MIDDLE = 0.5;
const SIDE_OF_LOOKS_PIXELS = 160;

/** Looks at frames at times nobody can foresee; the policy, not the model, decides what follows. */
export const moderateWorker = (dependencies: {
  readonly blobs: BlobStore;
  readonly tools: VideoTools;
  readonly inference: InferenceClient;
  readonly policy: ModerationPolicy;
  readonly models: Pick<ModelsReader, 'current'>;
  readonly mediaLooks: Pick<MediaLooksReader, 'near'>;
  /** 0..1, below 1, such that no uploader can foresee it. */
  readonly random: () => number;
}) => {
  const judge = judgeByHead(dependencies);
  return stepWorker({
    step: 'moderate',
    concurrency: 1,
    async run({ blobKey, video, durationSeconds }, held, context) {
      const { workFolder, signal } = context;
      const { blobs, tools, policy, random } = dependencies;
      const jpegFolder = join(workFolder, 'frames');
      await mkdir(jpegFolder);
      const film = {
        inputPath: await blobs.localFile(blobKey, workFolder),
        ...{ video, durationSeconds, signal },
      };
      const { frames, missedParts } = await tools.sampleFrames({
        ...{ ...film, ...planModerationSampling(durationSeconds) },
        ...{ random, maximumSidePixels: MAXIMUM_SIDE_PIXELS, jpegFolder },
      });
      const seen = await lookAtFrames(dependencies, { held, frames, jpegFolder, context });
      const same = await tools
        .sampleFrames({
          ...{ ...film, spreadFrames: LOOKS, unlikeFrames: 0, random: () => MIDDLE },
          maximumSidePixels: SIDE_OF_LOOKS_PIXELS,
        })
        // What could be looked at is judged, also where damage lies just at these places.
        .catch((error: unknown) => {
          if (signal.aborted || !(error instanceof MediaFlowError) || error.kind !== 'unsupported')
            throw error;
          return { frames: [] };
        });
      const looks = await looksOf(dependencies.mediaLooks, {
        ...{ mediaId: held.mediaId, kind: 'video', frames: same.frames },
      });
      const head = await judge(seen.embedding, context.logger);
      return [{ type: 'RecordModeration', data: { ...held, ...seen, policy, head, missedParts, ...looks } }];
    },
  });
};
