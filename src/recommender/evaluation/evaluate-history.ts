import { seededRandom, shuffled } from '../../core/seeded-random.ts';
import { indexCatalogue } from '../catalogue.ts';
import { countsOf, matrixOf, transpose } from '../interactions.ts';
import { type ModelVersion, trainModel } from '../model.ts';
import { type Interaction, onlyViewers, type PackedHistory, packHistory } from '../packed-history.ts';
import { createRecommender } from '../recommend.ts';
import { type Evaluation, evaluate } from './evaluate.ts';
import { splitByViewer } from './split.ts';

/** How good lists of models of a history are, where a share of it is held out. */
export interface HistoryEvaluation extends Evaluation {
  /** The same of lists of what most people cared for. */
  readonly popularityNdcgAt10: number;
}

const HELD_OUT = 0.2;
const LIST = 20;
/** Of more, a sample: what is measured hardly changes, and what it takes stays the same. */
const MAXIMUM_VIEWERS = 2_000;

/**
 * Holds a fifth of every viewer's history out, trains on the rest, and looks for it on the lists; tags, which belong to a
 * catalogue, say nothing here. Null where nobody has done enough for a fifth of it.
 */
export function evaluateHistory(
  history: PackedHistory,
  { parameters, seed }: Pick<ModelVersion, 'parameters' | 'seed'>,
): HistoryEvaluation | null {
  const { train, heldOut } = splitByViewer(interactionsOf(sampled(history, seed)), HELD_OUT, seed);
  if (heldOut.length === 0) return null;
  const packed = packHistory(train);
  const { itemIds, viewerIds, rows } = matrixOf(packed);
  const people = countsOf(transpose(rows));
  const items = itemIds.map((itemId, item) => ({
    ...{ itemId, type: null, tags: [], ageDays: null },
    people: people[item] as number,
  }));
  const recommend = createRecommender(
    trainModel(packed, { position: null, parameters, seed }),
    indexCatalogue(items),
  );
  const seenBy = Map.groupBy(train, ({ viewerId }) => viewerId);
  const popular = items.toSorted((a, b) => b.people - a.people || (a.itemId < b.itemId ? -1 : 1));
  const evaluation = evaluate(heldOut, items.length, (viewerId) =>
    recommend({ tastes: seenBy.get(viewerId) ?? [], limit: LIST }).map(({ itemId }) => itemId),
  );
  const ofPopularity = evaluate(heldOut, items.length, (viewerId) => {
    const seen = new Set(seenBy.get(viewerId)?.map(({ itemId }) => itemId));
    return firstUnseen(popular, seen);
  });
  return {
    ...{ ...evaluation, viewers: Math.min(evaluation.viewers, viewerIds.length) },
    popularityNdcgAt10: ofPopularity.ndcgAt10,
  };
}

function firstUnseen(popular: readonly { readonly itemId: string }[], seen: ReadonlySet<string>): string[] {
  const list: string[] = [];
  for (const { itemId } of popular) {
    if (list.length === LIST) break;
    if (!seen.has(itemId)) list.push(itemId);
  }
  return list;
}

function sampled(history: PackedHistory, seed: number): PackedHistory {
  const { viewerIds } = history;
  if (viewerIds.length <= MAXIMUM_VIEWERS) return history;
  const places = [...viewerIds.keys()].sort((a, b) =>
    (viewerIds[a] as string) < (viewerIds[b] as string) ? -1 : 1,
  );
  const chosen = new Set(shuffled(places, seededRandom(seed)).slice(0, MAXIMUM_VIEWERS));
  return onlyViewers(history, (viewer) => chosen.has(viewer));
}

function interactionsOf({ viewerIds, itemIds, viewers, items, weights }: PackedHistory): Interaction[] {
  return Array.from(viewers, (viewer, row) => ({
    viewerId: viewerIds[viewer] as string,
    itemId: itemIds[items[row] as number] as string,
    weight: weights[row] as number,
  }));
}
