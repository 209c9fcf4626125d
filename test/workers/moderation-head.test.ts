import { beforeEach, describe, expect, test } from 'vitest';
import { EMBEDDED_BYTES } from '../../src/core/embeddings/project.js';
import type { RecordedEvent, StoredEvent } from '../../src/core/event.js';
import { silentLogger } from '../../src/core/logger.js';
import { positionAt } from '../../src/core/numbered-position.js';
import type { WorkerContext } from '../../src/core/worker.js';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import type { ModelDataOf } from '../../src/domain/model/model-events.js';
import { trainAsOrdered } from '../../src/training/trainers.js';
import { embeddingOf } from '../../src/workers/embedding-of.js';
import { judgeByHead } from '../../src/workers/models/head-verdict.js';
import { trainWorker } from '../../src/workers/train.js';
import { decidedPictures } from '../kit/decided-pictures.js';
import { recorded } from '../kit/golden-events.js';
import { createMemoryBlobs } from '../support/memory-blobs.js';

const EACH = 50;
const examples = decidedPictures({ each: EACH });
const vectorOf = (place: number, half: 0 | 1): string => {
  const from = place * 2 * EMBEDDED_BYTES + half * EMBEDDED_BYTES;
  return Buffer.from(examples.vectors.subarray(from, from + EMBEDDED_BYTES)).toString('base64');
};
const embeddingAt = (place: number, space = examples.space) => ({
  ...{ space, mean: vectorOf(place, 0), severest: vectorOf(place, 1) },
});
const seen = (place: number, space?: string): MediaEvent => ({
  type: 'PicturesEmbedded',
  data: { mediaId: examples.mediaIds[place] ?? '', ...embeddingAt(place, space) },
});
const reviewed = (place: number, isRejected: boolean | undefined): MediaEvent => ({
  type: 'MediaReviewed',
  data: {
    ...{
      mediaId: examples.mediaIds[place] ?? '',
      about: 'review',
      decision: isRejected ? 'reject' : 'approve',
    },
    ...{ reason: '', reviewer: 'ada', policy: null },
  },
});
const everything = examples.mediaIds.flatMap((_, place) => [
  seen(place),
  reviewed(place, examples.isRejected[place]),
]);

let blobs: ReturnType<typeof createMemoryBlobs>;
beforeEach(() => {
  blobs = createMemoryBlobs();
});

/** A worker of a log that holds these events alone. */
function workerOf(events: readonly MediaEvent[]) {
  const log = recorded(events) as RecordedEvent<MediaEvent>[];
  const worker = trainWorker({
    ...{ blobs, models: { newest: async () => [], current: async () => undefined } },
    ...{ waiter: { waitFor: async () => {} }, viewerActivity: { everything: () => expect.unreachable() } },
    decode: (stored: StoredEvent) => log.find(({ position }) => position === stored.position) as never,
    log: {
      async readAll({ after, limit, filter }) {
        const page = log
          .filter(({ position, type }) => position > after && filter?.types?.includes(type))
          .slice(0, limit);
        return { events: page as unknown as StoredEvent[], position: page.at(-1)?.position ?? after };
      },
    },
    ...{ pageEvents: 25, checkpointEvents: 50 },
    historyOf: async (mediaId) => log.filter(({ data }) => data.mediaId === mediaId),
    trainer: { train: async (order) => trainAsOrdered(order) },
  });
  return (modelId: string, upTo: string | null = null, context: Partial<WorkerContext> = {}) =>
    worker.run(
      {
        ...{ modelId, name: 'moderation-head', source: 'history', upTo, isEvaluated: false },
        position: positionAt(log.length),
      },
      {
        ...{ signal: new AbortController().signal, logger: silentLogger, report: async () => {} },
        ...context,
      } as unknown as WorkerContext,
    );
}

const trainedIn = ([command]: readonly { readonly type: string; readonly data: unknown }[]) =>
  command?.type === 'RecordModel' ? (command.data as ModelDataOf<'ModelTrained'>) : expect.unreachable();

describe('a model of what reviewers decided', () => {
  test('is learnt of history, and is the same when history is replayed up to there', async () => {
    const live = trainedIn(await workerOf(everything)('live'));
    expect(live).toMatchObject({
      learnt: { items: 2 * EACH, approved: EACH, rejected: EACH, leftOut: 0 },
      version: { position: positionAt(everything.length), code: '1', seed: 1 },
      withheld: null,
    });
    const later = [...everything, reviewed(0, true), reviewed(2 * EACH - 1, false)];
    const replayed = trainedIn(await workerOf(later)('replayed', live.version.position));
    expect(replayed.sha256).toBe(live.sha256);
  });

  test('goes on where its reading was cut off, and ends in the same', async () => {
    const live = trainedIn(await workerOf(everything)('live'));
    const stop = new AbortController();
    const report = async () => stop.abort(new Error('killed'));
    const cutOff = workerOf(everything)('m1', null, { signal: stop.signal, report });
    await expect(cutOff).rejects.toThrow('killed');
    expect(trainedIn(await workerOf(everything)('m1')).sha256).toBe(live.sha256);
  });

  test.each<[string, readonly MediaEvent[], string]>([
    ['nobody has decided', [], 'approved 0 and rejected 0'],
    [
      'items of earlier releases have no vectors',
      everything.filter(({ type }) => type === 'MediaReviewed'),
      'approved 0 and rejected 0',
    ],
    [
      'too many have been deleted',
      [
        ...everything,
        ...examples.mediaIds
          .slice(-1)
          .map((mediaId): MediaEvent => ({ type: 'MediaDeleted', data: { mediaId } })),
      ],
      `approved ${EACH} and rejected ${EACH - 1}`,
    ],
    [
      'the rejected ones were erased',
      everything.map((event) =>
        event.type === 'PicturesEmbedded' && event.data.mediaId >= (examples.mediaIds[EACH] ?? '')
          ? { ...event, data: { ...event.data, mean: '', severest: '' } }
          : event,
      ),
      `approved ${EACH} and rejected 0`,
    ],
    [
      'another model saw the rejected ones',
      everything.map((event, index) =>
        event.type === 'PicturesEmbedded' && index >= 2 * EACH ? seen(index / 2, 'of another') : event,
      ),
      `approved ${EACH} and rejected 0`,
    ],
  ])('is none where %s, and says how many it takes', async (_, events, said) => {
    expect(await workerOf(events)('m1')).toEqual([
      {
        type: 'FailModelTraining',
        data: { modelId: 'm1', code: 'too_few_decisions', message: expect.stringContaining(said) },
      },
    ]);
  });

  test('says of an item how much it is like what they rejected, and nothing while none is in use', async () => {
    let inUse: { modelId: string; blobKey: string; sha256: string } | undefined;
    const judge = judgeByHead({ models: { current: async () => inUse }, blobs });
    const [fine, bad] = [embeddingAt(0), embeddingAt(2 * EACH - 1)];
    expect(await judge(bad, silentLogger)).toBeUndefined();
    const { blobKey, sha256 } = trainedIn(await workerOf(everything)('m1'));
    inUse = { modelId: 'm1', blobKey, sha256 };
    const [ofFine, ofBad] = [await judge(fine, silentLogger), await judge(bad, silentLogger)];
    expect(ofBad).toMatchObject({ modelId: 'm1', threshold: ofFine?.threshold });
    expect(ofBad?.score).toBeGreaterThan(ofBad?.threshold ?? 1);
    expect(ofFine?.score).toBeLessThan(ofFine?.threshold ?? 0);
    expect(await judge({ ...bad, space: 'of another' }, silentLogger)).toBeUndefined();
    expect(await judge(undefined, silentLogger)).toBeUndefined();
  });
});

describe('what is kept of the vectors of frames', () => {
  const vector = (...bytes: number[]) => new Uint8Array(bytes);
  const frames = [{ pick: 'spread' }, { pick: 'spread' }, { pick: 'unlike' }] as const;
  const embeddings = [vector(2, 4), vector(4, 8), vector(100, 100)].map((each) => ({
    space: 's',
    vector: each,
  }));
  const labels = [{ porn: 0.1 }, { porn: 0.7 }, { porn: 0.2 }];

  test('is the mean of those spread over the whole, and the one that speaks most against it', () => {
    expect(embeddingOf(frames, { labels, embeddings }, 'local')).toEqual({
      ...{ space: 's', mean: Buffer.from([3, 6]).toString('base64') },
      severest: Buffer.from([4, 8]).toString('base64'),
    });
  });

  test('is nothing where the models that looked have none', () => {
    expect(embeddingOf(frames, { labels }, 'local')).toBeUndefined();
    expect(embeddingOf([], { labels: [], embeddings: [] }, 'local')).toBeUndefined();
  });
});
