import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '../core/blob-store.js';
import type { VideoTools } from '../core/video-tools.js';
import { keepOutput } from './keep-output.js';
import { stepWorker } from './step-worker.js';
import { throttledProgress } from './throttled-progress.js';
import { toRendition } from './transcode.js';

/** Makes one of a film's further tracks of sound playable. */
export const audioTrackWorker = ({
  blobs,
  tools,
}: {
  readonly blobs: BlobStore;
  readonly tools: VideoTools;
}) =>
  stepWorker({
    step: 'audio-track',
    concurrency: 2,
    async run({ blobKey, audio, besidesBps, clockStreams, durationSeconds }, held, context) {
      const { workFolder, signal } = context;
      const folder = join(workFolder, 'hls');
      await mkdir(folder);
      const result = await tools.encodeAudioTrack({
        ...{ inputPath: await blobs.localFile(blobKey, workFolder), outputFolder: folder },
        ...{ audio, besidesBps, durationSeconds, signal },
        ...(clockStreams && { clockStreams }),
        onProgress: throttledProgress(held, context),
      });
      const blobPrefix = await keepOutput(blobs, { held, what: 'hls', folder, context });
      return [
        { type: 'RecordRenditions', data: { ...held, renditions: [toRendition(result, [], blobPrefix)] } },
      ];
    },
  });
