import { z } from 'zod';
import { unsupported } from '../../core/errors.js';

/** What the policy judges by, whatever a model calls it. */
export const moderationClassSchema = z.enum(['adult', 'suggestive', 'violence', 'graphic', 'text']);
export type ModerationClass = z.infer<typeof moderationClassSchema>;

/** Probability (0..1) by class; of what a model does not look for there is none. */
export const moderationScoresSchema = z.partialRecord(moderationClassSchema, z.number());
export type ModerationScores = z.infer<typeof moderationScoresSchema>;

/** Which of a model's labels speak for a class: the sum of their probabilities is the class's. */
type ClassTable = Readonly<Partial<Record<ModerationClass, readonly string[]>>>;

/** By provider, as models name themselves. */
const classTables: Readonly<Record<string, ClassTable>> = {
  local: { adult: ['porn', 'hentai'], suggestive: ['sexy'] },
  openai: { adult: ['sexual', 'sexual/minors'], violence: ['violence'], graphic: ['violence/graphic'] },
  huggingface: {
    adult: ['nsfw', 'porn', 'hentai'],
    suggestive: ['sexy'],
    violence: ['violence'],
    graphic: ['gore'],
  },
};

/** What models are sure enough of to reject by, by provider; of one that is not named here it is nothing. */
const rejecting: Readonly<Record<string, readonly ModerationClass[]>> = {
  local: ['adult'],
  openai: ['adult', 'violence', 'graphic'],
  huggingface: ['adult', 'violence', 'graphic'],
};

/**
 * Classes by whose scores a policy may reject without a person: weak signals lead to a person at the most. Of several providers,
 * joined by `+`, what any of them is sure of.
 */
export const mayRejectBy = (provider: string): readonly ModerationClass[] => {
  const sure = provider.split('+').flatMap((name) => (Object.hasOwn(rejecting, name) ? rejecting[name] : []));
  return moderationClassSchema.options.filter((name) => sure.includes(name));
};

/**
 * What models' own labels mean in our classes; of several providers, joined by `+`, the severest of what each table says. Throws
 * `unknown_moderation_provider` for one that has no table here.
 */
export function scoresOf(provider: string, labels: Readonly<Record<string, number>>): ModerationScores {
  const scores: Record<string, number> = {};
  for (const name of provider.split('+'))
    for (const [moderationClass, score] of Object.entries(scoresBy(name, labels)))
      scores[moderationClass] = Math.max(scores[moderationClass] ?? 0, score);
  return scores;
}

function scoresBy(provider: string, labels: Readonly<Record<string, number>>): ModerationScores {
  const table = Object.hasOwn(classTables, provider) ? classTables[provider] : undefined;
  if (!table)
    throw unsupported(
      'unknown_moderation_provider',
      `Nobody has said what the labels of ${provider} mean in our classes.`,
      { provider },
    );
  return Object.fromEntries(
    Object.entries(table).map(([name, names]) => [
      name,
      Math.min(
        1,
        names.reduce((sum, label) => sum + (labels[label] ?? 0), 0),
      ),
    ]),
  );
}
