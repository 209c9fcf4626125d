import type { RecordedEvent } from '../../core/event.js';
import { earliest, isAfter, type Position } from '../../core/position.js';
import type { MediaEvent } from '../../domain/media/media-events.js';
import { type Examples, HEAD_PARAMETERS } from '../../recommender/decisions/head.js';
import type { HeadOrder } from '../../recommender/decisions/train-head-to-blob.js';
import { type ReadHistoryOptions, readHistory } from '../read-history.js';
import { decisionFold } from './decision-fold.js';
import { vectorOf } from './embedded-item.js';
import { type ModelBuilder, SEED } from './model-builder.js';

/** Older decisions are of another time, and of a history that never ends. */
const MOST_DECISIONS = 10_000;

export interface HeadSources extends ReadHistoryOptions {
  /** Of an item, decrypted. */
  readonly historyOf: (mediaId: string) => Promise<readonly RecordedEvent<MediaEvent>[]>;
}

interface Example {
  readonly mediaId: string;
  readonly isRejected: boolean;
  readonly space: string;
  readonly vector: Uint8Array;
}

/** Learns what people decided on which pictures, always of history. Of what has been erased nothing is learnt. */
export function headBuilder(sources: HeadSources): ModelBuilder {
  return async (payload, context) => {
    const position = earliest(payload.upTo ?? payload.position, payload.position);
    const fold = await readHistory(decisionFold, { ...payload, upTo: position }, context, sources);
    const decisions = fold.newest(MOST_DECISIONS);
    const known: Example[] = [];
    for (const decision of decisions) {
      context.signal.throwIfAborted();
      const seen = seenIn(await sources.historyOf(decision.mediaId), position);
      if (seen) known.push({ ...decision, ...seen });
    }
    const examples = packed(ofOneSpace(known));
    const rejected = examples.isRejected.filter((is) => is).length;
    const approved = examples.isRejected.length - rejected;
    const { leastDecisions } = HEAD_PARAMETERS;
    if (Math.min(approved, rejected) < leastDecisions)
      return {
        refused: {
          code: 'too_few_decisions',
          message: `People approved ${approved} and rejected ${rejected} items whose pictures are known by their vectors; it takes ${leastDecisions} of each to learn from.`,
        },
      };
    const order: HeadOrder = {
      ...{ name: 'moderation-head', examples, position, parameters: HEAD_PARAMETERS, seed: SEED },
      ...(payload.after !== undefined && { after: payload.after }),
    };
    return { order, counts: { leftOut: decisions.length - examples.mediaIds.length } };
  };
}

function seenIn(history: readonly RecordedEvent<MediaEvent>[], upTo: Position) {
  const last = history.findLast(
    (event) => event.type === 'PicturesEmbedded' && !isAfter(event.position, upTo),
  );
  if (last?.type !== 'PicturesEmbedded') return undefined;
  const vector = vectorOf(last.data);
  return vector && { space: last.data.space, vector };
}

/** Vectors of different spaces cannot be compared: those of the space that most are of. */
function ofOneSpace(examples: readonly Example[]): readonly Example[] {
  const groups = Map.groupBy(examples, ({ space, vector }) => `${space} ${vector.length}`);
  const [most] = [...groups].toSorted(
    ([nameA, a], [nameB, b]) => b.length - a.length || (nameA < nameB ? -1 : 1),
  );
  return most?.[1] ?? [];
}

function packed(examples: readonly Example[]): Examples {
  const inOrder = examples.toSorted((a, b) => (a.mediaId < b.mediaId ? -1 : 1));
  const width = inOrder[0]?.vector.length ?? 0;
  const vectors = new Uint8Array(inOrder.length * width);
  for (const [place, { vector }] of inOrder.entries()) vectors.set(vector, place * width);
  return {
    mediaIds: inOrder.map(({ mediaId }) => mediaId),
    isRejected: inOrder.map(({ isRejected }) => isRejected),
    vectors,
    space: inOrder[0]?.space ?? '',
  };
}
