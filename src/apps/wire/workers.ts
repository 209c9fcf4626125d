import { randomInt } from 'node:crypto';
import type { BlobStore } from '../../core/blob-store.js';
import type { RecordedEvent, StoredEvent } from '../../core/event.js';
import type { EventStore } from '../../core/event-store.js';
import type { FileSource } from '../../core/file-source.js';
import type { InferenceClient } from '../../core/inference/inference-client.js';
import type { Locker } from '../../core/locker.js';
import type { ModelTrainer } from '../../core/model-trainer.js';
import type { PictureTools } from '../../core/picture-tools.js';
import type { PositionWaiter } from '../../core/projection-store.js';
import type { Readers } from '../../core/readers/index.js';
import type { MediaTools } from '../../core/sound-tools.js';
import type { Viewers } from '../../core/viewers.js';
import type { Worker } from '../../core/worker.js';
import type { JobKind } from '../../domain/jobs.js';
import type { ChunkPolicy } from '../../domain/media/chunks.js';
import type { MediaEvent } from '../../domain/media/media-events.js';
import type { SuggestionUse } from '../../domain/media/metadata/metadata-values.js';
import type { ModerationPolicy } from '../../domain/media/moderation-policy-document.js';
import type { Pull } from '../../domain/media/pull.js';
import { type DrawnStepKind, drawnStepKinds } from '../../domain/media/steps/step-table.js';
import type { Taxonomy } from '../../domain/taxonomy/taxonomy-document.js';
import type { Experiment } from '../../recommender/experiment.js';
import { audioTrackWorker } from '../../workers/audio-track.js';
import { captionsWorker } from '../../workers/captions.js';
import { chunkWorker } from '../../workers/chunk.js';
import { drawingWorker } from '../../workers/draw.js';
import { forgetWorker } from '../../workers/forget.js';
import { imageWorker } from '../../workers/image.js';
import { joinWorker } from '../../workers/join.js';
import { metadataWorker } from '../../workers/metadata.js';
import { moderateWorker } from '../../workers/moderate.js';
import { moderateImageWorker } from '../../workers/moderate-image.js';
import { moderateSoundWorker } from '../../workers/moderate-sound.js';
import { posterWorker } from '../../workers/poster.js';
import { probeWorker } from '../../workers/probe.js';
import { pullWorker } from '../../workers/pull.js';
import type { PullLimits } from '../../workers/pull-context.js';
import { purgeWorker } from '../../workers/purge.js';
import { qualityWorker } from '../../workers/quality.js';
import { recommendWorker } from '../../workers/recommend.js';
import type { RerankSettings } from '../../workers/rerank.js';
import { soundWorker } from '../../workers/sound.js';
import { subtitlesWorker } from '../../workers/subtitles.js';
import { suggestWorker } from '../../workers/suggest.js';
import type { AskedForMetadata } from '../../workers/suggest-metadata.js';
import { tagWorker } from '../../workers/tag.js';
import { tagImageWorker } from '../../workers/tag-image.js';
import { textWorker } from '../../workers/text.js';
import { textImageWorker } from '../../workers/text-image.js';
import { thumbnailsWorker } from '../../workers/thumbnails.js';
import { trainWorker } from '../../workers/train.js';
import { previewWorker, transcodeWorker } from '../../workers/transcode.js';

/** What is opened for those kinds only that need it. */
interface Opened {
  readonly blobs: BlobStore;
  readonly tools: MediaTools;
  readonly pictures: PictureTools;
  readonly inference: InferenceClient;
  readonly views: Pick<Readers, 'popularity' | 'viewerActivity' | 'models' | 'mediaLooks'>;
  readonly trainer: ModelTrainer;
}

/** What every process has. */
interface AtHand {
  readonly policy: ModerationPolicy;
  readonly chunking: ChunkPolicy;
  readonly shorterLadders: boolean;
  readonly suggestions: SuggestionUse | undefined;
  readonly waiter: PositionWaiter;
  readonly eraseItem: (mediaId: string) => Promise<void>;
  readonly viewers: Pick<Viewers, 'forget'>;
  readonly isForgotten: (userId: string) => Promise<boolean>;
  readonly source: FileSource;
  readonly findPull: (mediaId: string) => Promise<Pull | undefined>;
  readonly locker: Locker;
  readonly limits: PullLimits;
  readonly experiment: Experiment | undefined;
  readonly rerank: RerankSettings | undefined;
  readonly log: Pick<EventStore, 'readAll'>;
  readonly decode: (stored: StoredEvent) => RecordedEvent;
  readonly historyOf: (mediaId: string) => Promise<readonly RecordedEvent<MediaEvent>[]>;
  readonly taxonomyInForce: () => Promise<Taxonomy>;
  readonly askedForMetadata: AskedForMetadata;
}

type Need = keyof Opened;

interface WorkerRow {
  readonly needs: readonly Need[];
  readonly create: (dependencies: Opened & AtHand) => object;
}

/** A worker finds what it says it needs, and what is at hand: the compiler says what it has forgotten. */
const needing = <Needed extends Need>(
  needs: readonly Needed[],
  create: (dependencies: Pick<Opened, Needed> & AtHand) => object,
): WorkerRow => ({ needs, create });

const drawnRows = Object.fromEntries(
  drawnStepKinds.map((step) => [
    step,
    needing(['blobs', 'tools'], (dependencies) => drawingWorker(step, dependencies)),
  ]),
) as Readonly<Record<DrawnStepKind, WorkerRow>>;

const unforeseeable = () => randomInt(2 ** 32) / 2 ** 32;

/** Every kind of job has its worker: the compiler says which is missing. */
const rows: Readonly<Record<JobKind, WorkerRow>> = {
  pull: needing(['blobs'], pullWorker),
  probe: needing(['blobs', 'tools', 'pictures'], probeWorker),
  poster: needing(['blobs', 'tools'], posterWorker),
  preview: needing(['blobs', 'tools'], previewWorker),
  transcode: needing(['blobs', 'tools'], transcodeWorker),
  chunk: needing(['blobs', 'tools'], chunkWorker),
  'audio-track': needing(['blobs', 'tools'], audioTrackWorker),
  join: needing(['blobs', 'tools'], joinWorker),
  thumbnails: needing(['blobs', 'tools'], thumbnailsWorker),
  ...drawnRows,
  quality: needing(['blobs', 'tools'], qualityWorker),
  moderate: needing(['blobs', 'tools', 'inference', 'views'], ({ views, ...others }) =>
    moderateWorker({ ...others, ...views, random: unforeseeable }),
  ),
  sound: needing(['blobs', 'tools'], soundWorker),
  'moderate-sound': needing(['blobs', 'tools', 'inference'], moderateSoundWorker),
  captions: needing(['blobs', 'tools', 'inference'], captionsWorker),
  subtitles: needing(['blobs', 'tools'], subtitlesWorker),
  tag: needing(['blobs', 'tools', 'inference'], tagWorker),
  text: needing(['blobs', 'tools', 'inference'], textWorker),
  'text-image': needing(['blobs', 'pictures', 'inference'], textImageWorker),
  image: needing(['blobs', 'pictures'], imageWorker),
  'moderate-image': needing(['blobs', 'pictures', 'inference', 'views'], ({ views, ...others }) =>
    moderateImageWorker({ ...others, ...views, random: unforeseeable }),
  ),
  'tag-image': needing(['blobs', 'pictures', 'inference'], tagImageWorker),
  purge: needing(['blobs'], purgeWorker),
  forget: needing([], forgetWorker),
  recommend: needing(['views', 'blobs', 'inference'], ({ views, ...others }) =>
    recommendWorker({ ...views, ...others }),
  ),
  metadata: needing(['inference'], metadataWorker),
  suggest: needing(['inference'], suggestWorker),
  train: needing(['views', 'blobs', 'trainer'], ({ views, ...others }) =>
    trainWorker({ ...views, ...others }),
  ),
};

/** What a process that takes these kinds of jobs has to open. */
export const needsOf = (kinds: readonly JobKind[]): ReadonlySet<Need> =>
  new Set(kinds.flatMap((kind) => rows[kind].needs));

/** The workers of these kinds, for which nothing is opened that none of them needs. */
export async function createWorkers(
  kinds: readonly JobKind[],
  open: { readonly [Each in Need]: () => Promise<Opened[Each]> },
  atHand: AtHand,
): Promise<{ readonly workers: readonly Worker[]; readonly opened: Partial<Opened> }> {
  const opened: Partial<Opened> = {};
  for (const need of needsOf(kinds)) Object.assign(opened, { [need]: await open[need]() });
  const dependencies = { ...opened, ...atHand } as Opened & AtHand;
  return { workers: kinds.map((kind) => rows[kind].create(dependencies) as Worker), opened };
}
