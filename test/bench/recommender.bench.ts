import { sha256Of } from '../../src/core/bytes-hash.js';
import { type Evaluation, evaluate } from '../../src/recommender/evaluation/evaluate.js';
import { splitByViewer } from '../../src/recommender/evaluation/split.js';
import { modelToBlob } from '../../src/recommender/model-blob.js';
import { createRecommender } from '../../src/recommender/recommend.js';
import { seededRandom, shuffled } from '../../src/recommender/seeded-random.js';
import { median } from './event-store/statistics.js';
import { choose } from './recommender/choose.js';
import { type DataSet, dataSet, plantedDataSet } from './recommender/data-set.js';
import {
  type Choice,
  catalogueOf,
  LIST,
  type ListFor,
  neighbourLists,
  ourLists,
  PLAIN,
  PRESENT,
  popularLists,
  train,
} from './recommender/lists.js';
import { type BenchRow, watched, within } from './support/bench-row.js';

const SHARE_HELD_OUT = 0.2;
const SEEDS = [1, 2, 3] as const;
/** Of splits of what the first of these leaves. */
const VALIDATION_SEEDS = [101, 102] as const;
const COLD_SHARE = 0.1;

type Turn = Readonly<Record<'ours' | 'diverse' | 'popular' | 'knn', Evaluation>>;
type Figure = Parameters<typeof watched>[0];
const atLeast = (goal: number, figure: Figure): BenchRow => ({
  ...{ ...figure, limit: goal, ratio: figure.ours / goal, target: { atLeast: 1 } },
});

/**
 * How good the lists of the recommender are: of every viewer a fifth is held out, and the list made of the rest, of all items
 * unseen in it, should hold that. Parameters are chosen on splits of that rest of the first. Where there is no public data set beside
 * the project, on one that is made up, whose figures are compared with no other's.
 */
export async function benchRecommender(): Promise<BenchRow[]> {
  const data = await dataSet();
  const catalogueSize = new Set(data.interactions.map(({ itemId }) => itemId)).size;
  const first = splitByViewer(data.interactions, SHARE_HELD_OUT, SEEDS[0]);
  const choice = choose(
    data,
    VALIDATION_SEEDS.map((seed) => splitByViewer(first.train, SHARE_HELD_OUT, seed)),
    catalogueSize,
  );
  const turns = SEEDS.map((seed): Turn => {
    const split = splitByViewer(data.interactions, SHARE_HELD_OUT, seed);
    const measure = (lists: ListFor) => evaluate(split.heldOut, catalogueSize, lists);
    const model = train(split.train, choice.model);
    const { blend } = choice;
    return {
      ours: measure(ourLists(data, split.train, model, { blend, diversity: PLAIN })),
      diverse: measure(ourLists(data, split.train, model, choice)),
      popular: measure(popularLists(split.train)),
      knn: measure(neighbourLists(split.train, choice.knn)),
    };
  });
  const [shown] = turns;
  if (!shown) throw new Error('There is nothing to measure.');
  const mean = (of: (turn: Turn) => number) => turns.reduce((sum, turn) => sum + of(turn), 0) / turns.length;
  const each = (of: (turn: Turn) => number) => turns.map((turn) => of(turn).toFixed(3)).join(', ');
  const ndcg = mean(({ ours }) => ours.ndcgAt10);
  const of = `${data.name}, ${shown.ours.viewers} viewers, ${catalogueSize} items, mean of splits ${SEEDS.join(', ')}`;
  const absolute = data.isPublic ? atLeast : (_: number, figure: Figure) => watched(figure);
  return [
    absolute(0.37, {
      ...{ what: 'NDCG@10', ours: ndcg, unit: '' },
      note: `${of}: ${each(({ ours }) => ours.ndcgAt10)}; ${chosen(choice)}`,
    }),
    absolute(0.36, {
      ...{ what: 'Recall@20', ours: mean(({ ours }) => ours.recallAt20), unit: '' },
      note: `${of}: ${each(({ ours }) => ours.recallAt20)}`,
    }),
    atLeast(1.8, {
      ...{
        what: 'NDCG@10, times that of popularity',
        ours: ndcg / mean(({ popular }) => popular.ndcgAt10),
        unit: '',
      },
      note: `of popularity, which counts people: ${each(({ popular }) => popular.ndcgAt10)}`,
    }),
    atLeast(1.1, {
      ...{ what: 'NDCG@10, times that of item-kNN', ours: ndcg / mean(({ knn }) => knn.ndcgAt10), unit: '' },
      note: `of item-kNN, its parameters chosen in the same way (${JSON.stringify(choice.knn)}): ${each(({ knn }) => knn.ndcgAt10)}`,
    }),
    atLeast(1.3, {
      what: 'catalogue coverage of diversified lists, times that of plain ones',
      ours: mean(({ diverse }) => diverse.coverageAt10) / mean(({ ours }) => ours.coverageAt10),
      unit: '',
      note: `of the first ten: ${each(({ diverse }) => diverse.coverageAt10)}, of plain ones ${each(({ ours }) => ours.coverageAt10)}, of popularity ${each(({ popular }) => popular.coverageAt10)}`,
    }),
    within(3, {
      what: 'NDCG@10 lost by diversity',
      ours: (1 - mean(({ diverse }) => diverse.ndcgAt10) / ndcg) * 100,
      unit: '%',
      note: `diversified: ${each(({ diverse }) => diverse.ndcgAt10)}, Recall@20 ${each(({ diverse }) => diverse.recallAt20)}`,
    }),
    ...coldRows(data, choice),
    trainingRow(data, choice),
    listRow(),
  ];
}

const chosen = ({ model, blend, diversity }: Choice): string =>
  `chosen: λ ${model.lambda}, damping ${model.viewerExponent}, content ${blend.content}, relevance ${diversity.relevance}, novelty ${diversity.novelty}; the product's are ${PRESENT.model.lambda}, ${PRESENT.model.viewerExponent}, ${PRESENT.blend.content}, ${PRESENT.diversity.relevance}, ${PRESENT.diversity.novelty}`;

/** A tenth of the items is taken from history, as if they had just come. */
function coldRows(data: DataSet, { model, blend }: Choice): BenchRow[] {
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

function trainingRow(data: DataSet, { model }: Choice): BenchRow {
  const runs = [1, 2, 3].map(() => timed(() => train(data.interactions, model)));
  const turned = train(data.interactions.toReversed(), model);
  const hashes = new Set(
    [...runs.map(({ result }) => result), turned].map((each) => sha256Of(modelToBlob(each))),
  );
  if (hashes.size !== 1) throw new Error('The same history gave different models.');
  const [one] = runs;
  const size = one ? modelToBlob(one.result).byteLength / 1e6 : 0;
  return within(2, {
    what: 'training of a model, processor time',
    ours: median(runs.map(({ milliseconds }) => milliseconds)) / 1000,
    unit: 's',
    note: `${data.interactions.length} interactions; ${one?.result.ease.form} form, ${size.toFixed(1)} MB as a blob; trained ${runs.length + 1} times, once of the history turned round: the same bytes`,
  });
}

function listRow(): BenchRow {
  const data = plantedDataSet(1000, 5000, 150, 2);
  const model = train(data.interactions, PRESENT.model);
  const recommend = createRecommender(model, catalogueOf(data, data.interactions));
  const byViewer = [...Map.groupBy(data.interactions, ({ viewerId }) => viewerId).values()].slice(0, 220);
  const took = byViewer
    .map((tastes) => timed(() => recommend({ tastes, limit: LIST })).milliseconds)
    .slice(20);
  const sorted = took.toSorted((a, b) => a - b);
  return within(10, {
    what: 'a list for one viewer, median, processor time',
    ours: median(took),
    unit: 'ms',
    note: `diversified, with its reasons, of 5,000 items, 1,000 viewers with up to 150 each; 95 of 100 within ${sorted[Math.floor(took.length * 0.95)]?.toFixed(1)} ms`,
  });
}

/** In processor time, which others at work on the machine do not add to. */
function timed<Result>(work: () => Result): { readonly result: Result; readonly milliseconds: number } {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return { result, milliseconds: (user + system) / 1000 };
}
