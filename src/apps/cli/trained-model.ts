import type { Model } from './answers.js';
import { formatBytes, formatCount, formatPercent } from './terminal/format.js';
import type { Output } from './terminal/output.js';
import { printable } from './terminal/text.js';

type Trained = NonNullable<Model['trained']>;
type Evaluation = NonNullable<Trained['evaluation']>;

/** The one figure that tells most of how good a model is, by its name. */
export function qualityIn(trained: Model['trained']): string {
  const ndcg = trained?.evaluation?.ndcgAt10;
  return ndcg === undefined ? '' : `NDCG@10 ${ndcg.toFixed(3)}`;
}

/** What has become of a model that was trained: what of, how good it is, and whether it is in use. */
export function tellModel({ modelId, trained, isCurrent }: Model, { line, paint }: Output): void {
  if (!trained) return;
  const { sizeBytes, seconds, sha256, evaluation, withheld } = trained;
  line(`${paint('green', '✓')} ${modelId} ${isCurrent ? 'is in use' : 'is trained'}`);
  line(`  ${learntOf(trained)}, ${formatBytes(sizeBytes)}, ${seconds.toFixed(1)} s`);
  line(paint('dim', `  sha256 ${sha256}`));
  if (evaluation) line(`  ${measured(evaluation)}`);
  if (withheld) line(paint('yellow', `  It is not used. ${printable(withheld.message)}`));
}

const learntOf = ({ items, viewers = 0, interactions = 0 }: Trained): string =>
  `${formatCount(interactions)} interactions of ${formatCount(viewers)} viewers with ${formatCount(items)} items`;

const measured = ({
  viewers = 0,
  ndcgAt10 = 0,
  recallAt20 = 0,
  coverageAt10 = 0,
  popularityNdcgAt10 = 0,
}: Evaluation): string =>
  `NDCG@10 ${ndcgAt10.toFixed(3)} (popularity ${popularityNdcgAt10.toFixed(3)}), recall@20 ${recallAt20.toFixed(3)}, ${formatPercent(coverageAt10)} of the items shown, ${formatCount(viewers)} viewers`;
