import { type Evaluation, evaluate } from '../../../src/recommender/evaluation/evaluate.js';
import { mean } from '../../../src/recommender/evaluation/measures.js';
import type { Split } from '../../../src/recommender/evaluation/split.js';
import type { DataSet } from './data-set.js';
import { type Choice, neighbourLists, ourLists, PLAIN, PRESENT, train } from './lists.js';

type Measured = Pick<Evaluation, 'ndcgAt10' | 'coverageAt10'>;

/** More coverage is not bought with more of the quality than this. */
const LOSS = 0.03;

/** The best of these on validation splits, in the mean, one thing after the other: what is tested is never looked at. */
export function choose(data: DataSet, splits: readonly Split[], catalogueSize: number): Choice {
  const overSplits = (measureOn: (split: Split) => Evaluation): Measured => {
    const each = splits.map(measureOn);
    return {
      ndcgAt10: mean(each.map(({ ndcgAt10 }) => ndcgAt10)),
      coverageAt10: mean(each.map(({ coverageAt10 }) => coverageAt10)),
    };
  };
  const measure = (choice: Pick<Choice, 'model' | 'blend' | 'diversity'>) =>
    overSplits((split) => {
      const lists = ourLists(data, split.train, train(split.train, choice.model), choice);
      return evaluate(split.heldOut, catalogueSize, lists);
    });
  const bestOf = <Each>(candidates: readonly Each[], worthOf: (candidate: Each) => number): Each =>
    candidates
      .map((candidate) => ({ candidate, value: worthOf(candidate) }))
      .reduce((a, b) => (b.value > a.value ? b : a)).candidate;

  const models = [50, 100, 200].flatMap((lambda) =>
    [0, 0.15, 0.25].map((viewerExponent) => ({ ...PRESENT.model, lambda, viewerExponent })),
  );
  const model = bestOf(
    models,
    (each) => measure({ model: each, blend: PRESENT.blend, diversity: PLAIN }).ndcgAt10,
  );
  const blends = [0, 0.05, 0.1, 0.15].map((content) => ({ ...PRESENT.blend, content }));
  const blend = bestOf(blends, (each) => measure({ model, blend: each, diversity: PLAIN }).ndcgAt10);

  const plain = measure({ model, blend, diversity: PLAIN });
  const diversities = [0.8, 0.75, 0.7].flatMap((relevance) =>
    [0.5, 0.75, 1].map((novelty) => ({ ...PRESENT.diversity, relevance, novelty })),
  );
  const diversity = bestOf(diversities, (each) => {
    const { ndcgAt10, coverageAt10 } = measure({ model, blend, diversity: each });
    return ndcgAt10 < plain.ndcgAt10 * (1 - LOSS) ? 0 : coverageAt10;
  });

  const peers = [
    { neighbours: 50, shrinkage: 10, viewerExponent: 0 },
    { neighbours: 50, shrinkage: 1, viewerExponent: 0.5 },
    { neighbours: 100, shrinkage: 1, viewerExponent: 0.5 },
    { neighbours: 200, shrinkage: 1, viewerExponent: 0.5 },
    { neighbours: 100, shrinkage: 0.3, viewerExponent: 0.8 },
  ];
  const knn = bestOf(
    peers,
    (each) =>
      overSplits((split) => evaluate(split.heldOut, catalogueSize, neighbourLists(split.train, each)))
        .ndcgAt10,
  );
  return { model, blend, diversity, knn };
}
