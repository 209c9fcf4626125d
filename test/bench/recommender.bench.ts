import { type Evaluation, evaluate } from '../../src/recommender/evaluation/evaluate.js';
import { splitByViewer } from '../../src/recommender/evaluation/split.js';
import { choose } from './recommender/choose.js';
import { coldRows } from './recommender/cold.js';
import { dataSet } from './recommender/data-set.js';
import {
  type Choice,
  type ListFor,
  neighbourLists,
  ourLists,
  PLAIN,
  PRESENT,
  popularLists,
  train,
} from './recommender/lists.js';
import { listRow, trainingRow } from './recommender/speed.js';
import { atLeast, type BenchRow, type Figure, watched, within } from './support/bench-row.js';

const SHARE_HELD_OUT = 0.2;
const SEEDS = [1, 2, 3] as const;
/** Of splits of what the first of these leaves. */
const VALIDATION_SEEDS = [101, 102] as const;

type Turn = Readonly<Record<'ours' | 'diverse' | 'popular' | 'knn', Evaluation>>;
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
  // On what is made up the figures are as high as it was made up to let them be.
  const aim = data.isPublic ? atLeast : (_: number, figure: Figure) => watched(figure);
  return [
    aim(0.37, {
      ...{ what: 'NDCG@10', ours: ndcg, unit: '' },
      note: `${of}: ${each(({ ours }) => ours.ndcgAt10)}; ${chosen(choice)}; the choice saw nothing of what split 1 holds out, and some of what 2 and 3 do`,
    }),
    aim(0.36, {
      ...{ what: 'Recall@20', ours: mean(({ ours }) => ours.recallAt20), unit: '' },
      note: `${of}: ${each(({ ours }) => ours.recallAt20)}`,
    }),
    aim(1.8, {
      ...{
        what: 'NDCG@10, times that of popularity',
        ours: ndcg / mean(({ popular }) => popular.ndcgAt10),
        unit: '',
      },
      note: `of popularity, which counts people: ${each(({ popular }) => popular.ndcgAt10)}`,
    }),
    aim(1.1, {
      ...{ what: 'NDCG@10, times that of item-kNN', ours: ndcg / mean(({ knn }) => knn.ndcgAt10), unit: '' },
      note: `of item-kNN, its parameters chosen in the same way (${JSON.stringify(choice.knn)}): ${each(({ knn }) => knn.ndcgAt10)}`,
    }),
    aim(1.3, {
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
