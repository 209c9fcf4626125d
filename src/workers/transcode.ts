import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '../core/blob-store.js';
import type { TranscodedRendition, VideoTools } from '../core/video-tools.js';
import type { WorkerContext } from '../core/worker.js';
import type { JobPayload } from '../domain/jobs.js';
import type { AttemptOf, MediaCommand } from '../domain/media/media-commands.js';
import type { LadderRung, Rendition } from '../domain/media/media-values.js';
import { keepOutput } from './keep-output.js';
import { stepWorker } from './step-worker.js';
import { throttledProgress } from './throttled-progress.js';

interface Dependencies {
  readonly blobs: BlobStore;
  readonly tools: VideoTools;
}

type Payload = JobPayload<'transcode'>;

/** The whole ladder, or what the preview left of it, from one decode. */
export const transcodeWorker = (dependencies: Dependencies) =>
  stepWorker({ step: 'transcode', concurrency: 1, run: transcode(dependencies) });

/** The first playable rung of a long video, in a queue of its own so that no film holds it up. */
export const previewWorker = (dependencies: Dependencies) =>
  stepWorker({ step: 'preview', concurrency: 1, run: transcode(dependencies) });

const transcode =
  ({ blobs, tools }: Dependencies) =>
  async (payload: Payload, held: AttemptOf, context: WorkerContext): Promise<MediaCommand[]> => {
    const outputFolder = join(context.workFolder, 'hls');
    await mkdir(outputFolder);
    const results = await tools.transcodeToHls({
      inputPath: await blobs.localFile(payload.blobKey, context.workFolder),
      outputFolder,
      video: payload.video,
      rungs: payload.rungs,
      audio: payload.audio,
      durationSeconds: payload.durationSeconds,
      onProgress: throttledProgress(held, context),
      signal: context.signal,
    });
    const blobPrefix = await keepOutput(blobs, { held, what: 'hls', folder: outputFolder, context });
    return [
      {
        type: 'RecordRenditions',
        data: {
          ...held,
          renditions: results.map((result) => toRendition(result, payload.rungs, blobPrefix)),
        },
      },
    ];
  };

/** `blobPrefix`: of all renditions, each of which has a folder of its name. */
export function toRendition(
  result: TranscodedRendition,
  rungs: readonly LadderRung[],
  blobPrefix: string,
): Rendition {
  const rung = rungs.find((candidate) => candidate.name === result.name);
  return {
    ...result,
    width: rung?.width ?? null,
    height: rung?.height ?? null,
    frameRate: rung?.frameRate ?? null,
    blobPrefix: `${blobPrefix}/${result.name}`,
  };
}
