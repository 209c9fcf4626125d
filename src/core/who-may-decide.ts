/**
 * Why nobody may decide on an appeal, and what to do about it, as a sentence for people; null where somebody may. An appeal is for another person than those it is
 * against, and people are known by their keys. Pure.
 */
export function hindranceOf(deciders: readonly string[], reviewers: readonly string[]): string | null {
  if (reviewers.some((reviewer) => !deciders.includes(reviewer))) return null;
  const against = `Nobody may decide on this appeal: it is against a decision of ${reviewers.join(' and ')}`;
  return reviewers.length === 1 && reviewers[0] === WITHOUT_KEYS
    ? `${against}, which everybody is called while there are no keys. Give the server two keys in MEDIAFLOW_API_KEYS, one a person, and decide with either.`
    : `${against}, and there is no other key. Add one to MEDIAFLOW_API_KEYS, for another person, and decide with that.`;
}

/** What everybody is called on a server without keys. */
export const WITHOUT_KEYS = 'operator';
