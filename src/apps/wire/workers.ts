import { randomInt } from 'node:crypto';
import type { BlobStore } from '../../core/blob-store.js';
import type { PositionWaiter } from '../../core/projection-store.js';
import type { Readers } from '../../core/readers/index.js';
import type { VideoTools } from '../../core/video-tools.js';
import type { Viewers } from '../../core/viewers.js';
import type { VisionModels } from '../../core/vision.js';
import type { Worker } from '../../core/worker.js';
import type { JobKind } from '../../domain/jobs.js';
import type { ModerationPolicy } from '../../domain/media/moderation-policy.js';
import { drawingWorkers } from '../../workers/draw.js';
import { forgetWorker } from '../../workers/forget.js';
import { moderateWorker } from '../../workers/moderate.js';
import { posterWorker } from '../../workers/poster.js';
import { probeWorker } from '../../workers/probe.js';
import { purgeWorker } from '../../workers/purge.js';
import { recommendWorker } from '../../workers/recommend.js';
import { tagWorker } from '../../workers/tag.js';
import { thumbnailsWorker } from '../../workers/thumbnails.js';
import { previewWorker, transcodeWorker } from '../../workers/transcode.js';

/** Every kind of job has its worker: the compiler says which is missing. */
export function createWorkers(dependencies: {
  readonly blobs: BlobStore;
  readonly tools: VideoTools;
  readonly vision: VisionModels;
  readonly policy: ModerationPolicy;
  readonly popularity: Readers['popularity'];
  readonly viewerActivity: Readers['viewerActivity'];
  readonly waiter: PositionWaiter;
  readonly eraseItem: (mediaId: string) => Promise<void>;
  readonly viewers: Pick<Viewers, 'forget'>;
}): readonly Worker[] {
  const workers = {
    probe: probeWorker(dependencies),
    poster: posterWorker(dependencies),
    preview: previewWorker(dependencies),
    transcode: transcodeWorker(dependencies),
    thumbnails: thumbnailsWorker(dependencies),
    ...drawingWorkers(dependencies),
    moderate: moderateWorker({ ...dependencies, random: () => randomInt(2 ** 32) / 2 ** 32 }),
    tag: tagWorker(dependencies),
    purge: purgeWorker(dependencies),
    forget: forgetWorker(dependencies),
    recommend: recommendWorker(dependencies),
  } satisfies Record<JobKind, object>;
  return Object.values(workers) as unknown as readonly Worker[];
}
