import type { Model } from './answers.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { formatBytes, formatCount, formatPercent } from './terminal/format.js';
import type { Output } from './terminal/output.js';
import { printable } from './terminal/text.js';

type Trained = NonNullable<Model['trained']>;
type Evaluation = NonNullable<Trained['evaluation']>;

/** The one figure that tells most of how good a model is, by its name. */
export function qualityIn(trained: Model['trained']): string {
  const { ndcgAt10, auc } = trained?.evaluation ?? {};
  if (auc !== undefined) return `AUC ${auc.toFixed(3)}`;
  return ndcgAt10 === undefined ? '' : `NDCG@10 ${ndcgAt10.toFixed(3)}`;
}

/** Of a training that was meant to give a model to use: whether it did. */
export const exitCodeOfModel = ({ trained }: Pick<Model, 'trained'>): ExitCode =>
  trained?.withheld ? EXIT.withheld : EXIT.ok;

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

const learntOf = ({
  items,
  viewers = 0,
  interactions = 0,
  approved,
  rejected,
  leftOut = 0,
}: Trained): string =>
  approved !== undefined && rejected !== undefined
    ? `${formatCount(approved)} approved and ${formatCount(rejected)} rejected items (${formatCount(leftOut)} left out, whose pictures are not known)`
    : `${formatCount(interactions)} interactions of ${formatCount(viewers)} viewers with ${formatCount(items)} items`;

const measured = (evaluation: Evaluation): string =>
  evaluation.auc === undefined ? measuredLists(evaluation) : measuredHead(evaluation);

const measuredHead = ({ auc = 0, aucError = 0, threshold = 0, ...rest }: Evaluation): string => {
  const { precision = 0, recall = 0, falseAlarms = 0, heldOutApproved = 0, heldOutRejected = 0 } = rest;
  return `AUC ${auc.toFixed(3)} ± ${(2 * aucError).toFixed(3)} (chance 0.5) on ${formatCount(heldOutApproved)} approved and ${formatCount(heldOutRejected)} rejected items held out; from ${threshold.toFixed(3)} on: ${formatPercent(recall)} of the rejected found, ${formatPercent(falseAlarms)} false alarms, precision ${formatPercent(precision)}`;
};

const measuredLists = ({
  viewers = 0,
  ndcgAt10 = 0,
  recallAt20 = 0,
  coverageAt10 = 0,
  popularityNdcgAt10 = 0,
}: Evaluation): string =>
  `NDCG@10 ${ndcgAt10.toFixed(3)} (popularity ${popularityNdcgAt10.toFixed(3)}), recall@20 ${recallAt20.toFixed(3)}, ${formatPercent(coverageAt10)} of the items shown, ${formatCount(viewers)} viewers`;
