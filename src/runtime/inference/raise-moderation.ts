import type { InferenceClient, Inferred, ModelIdentity } from '../../core/inference/inference-client.js';
import type { ModerationLabels } from '../../core/inference/task-table.js';
import { isOfRequest, type NamedClient, type TellFallback } from './in-order.js';

type Moderated = Inferred<'moderateFrames'>;

/**
 * Moderation by the models at hand and by providers beside them, who can make it severer and never milder: of each label the highest probability stands. The first
 * client has to answer, and says what the rest is added to; of the others each may be away.
 */
export const raiseModeration = (
  own: InferenceClient,
  others: readonly NamedClient[],
  tell: TellFallback,
): InferenceClient => ({
  async infer(task, request, options) {
    const first = await own.infer(task, request, options);
    if (task !== 'moderateFrames') return first;
    let inferred = first as Moderated;
    for (const { name, client } of others) {
      try {
        inferred = together(inferred, (await client.infer(task, request, options)) as Moderated);
      } catch (error) {
        options.signal.throwIfAborted();
        if (isOfRequest(error)) throw error;
        tell(task, name, error);
      }
    }
    return inferred as typeof first;
  },
  async close() {
    await Promise.all([own, ...others.map(({ client }) => client)].map((client) => client.close()));
  },
});

/** As the table of moderation classes reads it: each that is named here speaks by its own labels. */
const both = (one: ModelIdentity, other: ModelIdentity): ModelIdentity => ({
  provider: `${one.provider}+${other.provider}`,
  model: `${one.model} + ${other.model}`,
  version: `${one.version} + ${other.version}`,
});

const together = (one: Moderated, other: Moderated): Moderated => ({
  model: both(one.model, other.model),
  answer: {
    ...one.answer,
    labels: one.answer.labels.map((labels, frame) => highest(labels, other.answer.labels[frame] ?? {})),
  },
});

/** Labels are words of others, of which some are names of what every object has. */
const scoreIn = (labels: ModerationLabels, name: string): number =>
  Object.hasOwn(labels, name) ? (labels[name] ?? 0) : 0;

function highest(one: ModerationLabels, other: ModerationLabels): ModerationLabels {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries(
    [...names].map((name) => [name, Math.max(scoreIn(one, name), scoreIn(other, name))]),
  );
}
