import type { ModelIdentity } from '../../core/inference/inference-client.js';
import type { AnswerOf, InferenceTask, RequestOf } from '../../core/inference/task-table.js';
import type { RgbImage } from '../../core/video-tools.js';
import {
  type BundledModel,
  detectionModel,
  moderationModel,
  speechModel,
  textModel,
} from './bundled-models.js';
import type { ModeratedPicture } from './moderation-model.js';

/** Threads that models share: those of one do their work one after another. */
export type ThreadName = 'pictures' | 'speech' | 'text' | 'words';

/** A part takes well under a second, loading a model a few on a busy machine; a page of small print takes 20 s, and minutes on a busy one. */
export const answerSeconds: Readonly<Record<ThreadName, number>> = {
  pictures: 60,
  speech: 60,
  words: 60,
  text: 300,
};

/** Threads whose parts may take seconds: they end with whoever gives up, since nothing can be said to a part that is under way. */
export const endWithTheirCaller: readonly ThreadName[] = ['text'];

/** How a task is done by a model that ships with the product. */
export interface LocalTask<Task extends InferenceTask> {
  readonly model: ModelIdentity;
  readonly thread: ThreadName;
  /**
   * What goes to the thread at a time. An aborted request ends between two parts, and another may come in there: let one take no longer
   * than a fifth of a second. Batches are no faster on one core.
   */
  split(request: RequestOf<Task>): readonly unknown[];
  /** Copies a part in memory of its own that is moved to the thread: posting a view would clone the whole buffer behind it. */
  post(part: unknown): { readonly message: unknown; readonly transfer: readonly ArrayBuffer[] };
  join(answers: readonly unknown[]): AnswerOf<Task>;
}

const identityOf = (model: BundledModel): ModelIdentity => ({
  provider: 'local',
  model: model.name,
  version: model.sha256.slice(0, 12),
});

const asPictures = {
  split: ({ images }: { readonly images: readonly RgbImage[] }) => images,
  post(image: unknown) {
    const pixels = new Uint8Array((image as RgbImage).pixels);
    return { message: { ...(image as RgbImage), pixels }, transfer: [pixels.buffer] };
  },
} as const;
const onPictures = { ...asPictures, thread: 'pictures' } as const;

/** Which model does a task here; undefined of a task that needs a provider. The models themselves are in `thread-tasks.ts`. */
export const localTasks: { readonly [Task in InferenceTask]: LocalTask<Task> | undefined } = {
  moderateFrames: {
    ...onPictures,
    model: identityOf(moderationModel),
    join(answers) {
      const pictures = answers as readonly ModeratedPicture[];
      return {
        labels: pictures.map(({ labels }) => labels),
        ...(pictures.length > 0 && { embeddings: pictures.map(({ embedding }) => embedding) }),
      };
    },
  },
  tagFrames: {
    ...onPictures,
    model: identityOf(detectionModel),
    join: (objects) => ({ objects: objects as AnswerOf<'tagFrames'>['objects'] }),
  },
  readText: {
    ...asPictures,
    model: identityOf(textModel),
    // A page of small print takes seconds: frames that others wait for must not stand behind it.
    thread: 'text',
    join: (lines) => ({ lines: lines as AnswerOf<'readText'>['lines'] }),
  },
  transcribe: {
    model: identityOf(speechModel),
    thread: 'speech',
    // Words are understood by those around them: a piece is heard as one, which takes a second or two of a thread that does nothing else.
    split: (piece) => [piece],
    post(part) {
      const piece = part as RequestOf<'transcribe'>;
      const samples = new Float32Array(piece.samples);
      return { message: { ...piece, samples }, transfer: [samples.buffer] };
    },
    join: ([heard]) => heard as AnswerOf<'transcribe'>,
  },
  generateMetadata: {
    model: { provider: 'local', model: 'words of closed lists', version: '2' },
    // Apart from the process's own work: the texts are strangers' and long.
    thread: 'words',
    split: (request) => [request],
    post: (request) => ({ message: request, transfer: [] }),
    join: ([suggested]) => suggested as AnswerOf<'generateMetadata'>,
  },
  // What words and tags say of taste is in the list already: the recommender has weighed them.
  rankCandidates: undefined,
};
