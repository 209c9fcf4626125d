import type { ModerationDecision } from './moderation-policy.js';

/**
 * What looks like something that was rejected goes to a person, who sees both: a likeness approves nothing and rejects nothing. Of what goes to a person anyway it is told
 * beside. Pure.
 */
export function heedLooks(
  decision: ModerationDecision,
  looksLikeRejected: string | undefined,
): ModerationDecision {
  if (looksLikeRejected === undefined || decision.outcome === 'rejected') return decision;
  const alike = `It looks like media ${looksLikeRejected}, which was rejected.`;
  if (decision.outcome === 'in_review')
    return { ...decision, explanation: `${decision.explanation} ${alike}` };
  return { ...decision, outcome: 'in_review', rule: 'looks_like_rejected', explanation: alike };
}
