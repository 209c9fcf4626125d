import { contentHash } from '../core/content-hash.js';
import { MediaFlowError, messageOf, unavailable } from '../core/errors.js';
import { createExpiringMap } from '../core/expiring-map.js';
import type { InferenceClient, ModelIdentity } from '../core/inference/inference-client.js';
import {
  heldOrder,
  type RankedItem,
  type RankRequest,
  rankLimits,
} from '../core/inference/ranked-candidates.js';
import type { JsonObject } from '../core/json.js';
import type { Logger } from '../core/logger.js';
import { underOwnSignal } from '../core/own-signal.js';
import { plainWords } from '../core/plain-words.js';
import type { PopularityReader } from '../core/readers/popularity.js';
import type { Taste } from '../recommender/content.js';
import type { Recommended } from '../recommender/recommend.js';

/** Raised when a question or an answer means something else than before. */
const SCHEMA_VERSION = 1;
const REMEMBERED = 2000;
const REMEMBERED_MILLISECONDS = 3_600_000;

/** Whose lists a model puts in order, and how long they wait for it. */
export interface RerankSettings {
  readonly whose: 'everybody' | 'variant';
  /** So many of the first of a list are told to the model. */
  readonly maximumCandidates: number;
  /** A list that is not in order by then is as it was. */
  readonly deadlineSeconds: number;
  /** Who is asked, with their models and the versions of the words they are asked in. */
  readonly asked: string;
}

/** What is told of it: the model that put a list in order, or the code of why none did. */
export type Reranked = (ModelIdentity & { readonly isRemembered: boolean }) | { readonly failure: string };

export interface Reordered {
  readonly list: readonly Recommended[];
  /** Undefined where there was nothing to put in order, and nobody was asked. */
  readonly reranked?: Reranked;
}

export type Rerank = (
  list: readonly Recommended[],
  tastes: readonly Taste[],
  options: { readonly signal: AbortSignal; readonly logger: Logger },
) => Promise<Reordered>;

/**
 * Puts the first of a list in the order that a model gives them, which is told titles and tags of what is published: neither who the viewer is nor which items they are. Nothing
 * comes onto a list by it. Who fails or is late leaves the list as it was. Rejects with what the database says, or the signal's reason.
 */
export function createRerank(options: {
  readonly popularity: Pick<PopularityReader, 'describedOf'>;
  readonly inference: InferenceClient;
  readonly settings: RerankSettings;
}): Rerank {
  const { popularity, inference, settings } = options;
  const { maximumCandidates, deadlineSeconds, asked } = settings;
  const remembered = createExpiringMap<string, { order: readonly number[]; model: ModelIdentity }>({
    ...{ capacity: REMEMBERED, lifetimeMilliseconds: REMEMBERED_MILLISECONDS },
    nowMilliseconds: () => performance.now(),
  });

  async function questionOf(
    head: readonly Recommended[],
    tastes: readonly Taste[],
  ): Promise<RankRequest | undefined> {
    const likedIds = mostLiked(tastes).slice(0, rankLimits.liked);
    const described = await popularity.describedOf([...likedIds, ...head.map(({ itemId }) => itemId)]);
    const itemOf = new Map(described.map((each) => [each.mediaId, inWords(each)]));
    const liked = likedIds.flatMap((id) => itemOf.get(id) ?? []);
    const candidates = head.map(({ itemId }) => itemOf.get(itemId) ?? { title: '', tags: [] });
    // Of somebody who liked nothing that may be told a model could say no more than what it likes itself.
    return liked.length === 0 || candidates.length < 2 ? undefined : { liked, candidates };
  }

  return async (list, tastes, { signal, logger }) => {
    const head = list.slice(0, maximumCandidates);
    const question = await questionOf(head, tastes);
    if (!question) return { list };
    const inOrder = (order: readonly number[]) => [
      ...heldOrder(order, head.length).map((place) => head[place] as Recommended),
      ...list.slice(head.length),
    ];
    const key = contentHash({ schema: SCHEMA_VERSION, asked, question } as unknown as JsonObject);
    const earlier = remembered.get(key);
    if (earlier) return { list: inOrder(earlier.order), reranked: { ...earlier.model, isRemembered: true } };
    try {
      const { model, answer } = await within(deadlineSeconds, signal, (until) =>
        inference.infer('rankCandidates', question, { signal: until }),
      );
      const { tokens: _, costMicros: __, ...unpaid } = model;
      remembered.set(key, { order: answer.order, model: unpaid });
      return { list: inOrder(answer.order), reranked: { ...model, isRemembered: false } };
    } catch (error) {
      signal.throwIfAborted();
      logger.warn({ error: messageOf(error) }, 'No model put a list in order: it is as it was');
      return { list, reranked: { failure: codeOf(error) } };
    }
  };
}

const codeOf = (error: unknown): string =>
  error instanceof MediaFlowError ? error.code : 'inference_failed';

const mostLiked = (tastes: readonly Taste[]): string[] =>
  tastes
    .filter(({ weight }) => weight > 0)
    .toSorted((one, other) => other.weight - one.weight || (one.itemId < other.itemId ? -1 : 1))
    .map(({ itemId }) => itemId);

const inWords = ({ title, tags }: RankedItem): RankedItem => ({
  title: plainWords(title, rankLimits.titleCharacters) ?? '',
  tags: tags.slice(0, rankLimits.tags).flatMap((tag) => plainWords(tag, rankLimits.tagCharacters) ?? []),
});

/** The result of work that has so long, also where it does not heed its signal. */
const within = <Result>(
  seconds: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> =>
  underOwnSignal(signal, async (own) => {
    const { promise: ended, reject } = Promise.withResolvers<never>();
    own.signal.addEventListener('abort', () => reject(own.signal.reason), { once: true });
    const late = setTimeout(
      () => own.abort(unavailable('inference_too_slow', `No order within ${seconds} s.`)),
      seconds * 1000,
    );
    try {
      return await Promise.race([ended, work(own.signal)]);
    } finally {
      clearTimeout(late);
    }
  });
