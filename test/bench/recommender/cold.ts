import { seededRandom, shuffled } from '../../../src/core/seeded-random.js';
import { evaluate } from '../../../src/recommender/evaluation/evaluate.js';
import { atLeast, type BenchRow, watched } from '../support/bench-row.js';
import type { DataSet } from './data-set.js';
import { type Choice, LIST, type ListFor, ourLists, PLAIN, train } from './lists.js';

const COLD_SHARE = 0.1;

/** A tenth of the items is taken from history, as if they had just come. */
export function coldRows(data: DataSet, { model, blend }: Choice): BenchRow[] {
  const ids = [...new Set(data.interactions.map(({ itemId }) => itemId))].sort();
  const mixed = shuffled(ids, seededRandom(5));
  const cold = mixed.slice(0, Math.round(ids.length * COLD_SHARE));
  const isCold = new Set(cold);
  const history = data.interactions.filter(({ itemId }) => !isCold.has(itemId));
  const known = new Set(history.map(({ viewerId }) => viewerId));
  const wanted = data.interactions.filter(
    ({ itemId, viewerId }) => isCold.has(itemId) && known.has(viewerId),
  );
  const trained = train(history, model);
  const measure = (lists: ListFor) => evaluate(wanted, cold.length, lists).ndcgAt10;
  const chosen = { blend, diversity: PLAIN };
  const ours = measure(ourLists(data, history, trained, chosen, (itemId) => !isCold.has(itemId)));
  const newest = cold
    .toSorted((a, b) => (data.yearOf.get(b) ?? 0) - (data.yearOf.get(a) ?? 0))
    .slice(0, LIST);
  const peers = [measure(() => cold.slice(0, LIST)), measure(() => newest)];
  const amongAll = evaluate(wanted, ids.length, ourLists(data, history, trained, chosen)).recallAt20;
  return [
    atLeast(1, {
      what: 'NDCG@10 among items nobody has seen, times that of popularity',
      ours: ours / Math.max(...peers),
      unit: '',
      note: `${cold.length} items by their tags: ${ours.toFixed(3)}; popularity knows nothing of them, so the better of any order (${peers[0]?.toFixed(3)}) and the newest first (${peers[1]?.toFixed(3)})`,
    }),
    watched({
      what: 'Recall@20 of items nobody has seen, on lists of all',
      ours: amongAll,
      unit: '',
      note: 'where popularity shows none of them',
    }),
  ];
}
