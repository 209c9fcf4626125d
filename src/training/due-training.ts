import type { KnownModel } from '../core/readers/models.js';
import { type Instant, secondsBetween } from '../core/time.js';

export interface TrainingPolicy {
  /** From the end of one training to the next at least. */
  readonly intervalSeconds: number;
  /** So much has to be new, as a share of what there was. */
  readonly newActivityShare: number;
}

/** Below it nothing is learnt that tags and popularity do not know. */
export const LEAST_DOINGS = 50;
/** One that has been waited for for longer is taken for lost. */
const LONGEST_SECONDS = 86_400;

/** Clocks of machines differ by a little. */
const SKEW_SECONDS = 60;

/** Without what a clock that ran ahead says was asked for later than now: it would be waited for until that comes true. */
export const notAhead = (models: readonly KnownModel[], now: Instant): readonly KnownModel[] =>
  models.filter(({ requestedAt }) => secondsBetween(now, requestedAt) <= SKEW_SECONDS);

export interface OrderedByItself {
  readonly reason: 'first' | 'activity';
  /** False where somebody has gone back to an earlier model: what is trained waits to be promoted. */
  readonly isPromoted: boolean;
}

/**
 * Whether a model is to be trained, of those there are, the newest first. `countDoings` counts what viewers have done with
 * items, which is asked for only where the rest speaks for it.
 */
export async function dueTraining(
  newest: readonly KnownModel[],
  now: Instant,
  policy: TrainingPolicy,
  countDoings: () => Promise<number>,
): Promise<OrderedByItself | undefined> {
  const past = notAhead(newest, now);
  const [last] = past;
  if (last?.status === 'queued' && secondsBetween(last.requestedAt, now) < LONGEST_SECONDS) return undefined;
  const trained = past.find((model) => model.trained);
  const lastAt = last?.trained?.at ?? last?.requestedAt;
  const isFirst = trained === undefined && last === undefined;
  if (!isFirst && lastAt !== undefined && secondsBetween(lastAt, now) < policy.intervalSeconds)
    return undefined;
  const doings = await countDoings();
  if (doings < LEAST_DOINGS) return undefined;
  if (!trained?.trained) return { reason: 'first', isPromoted: true };
  const { doings: known = 0 } = trained.trained.learnt;
  const change = Math.abs(doings - known);
  if (change === 0 || change < policy.newActivityShare * known) return undefined;
  const current = newest.find(({ isCurrent }) => isCurrent);
  return { reason: 'activity', isPromoted: current?.promoted?.isAutomatic ?? true };
}
