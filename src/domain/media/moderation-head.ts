import type { HeadVerdict } from './head-verdict.js';
import type { ModerationDecision } from './moderation-policy.js';

const percent = (fraction: number): string => `${Math.round(fraction * 100)} %`;

/**
 * What would be approved by itself and is much like what people rejected goes to a person, and no further: such a model rejects nothing and approves nothing. Of what goes
 * to a person anyway it is told beside. Pure.
 */
export function heedHead(decision: ModerationDecision, head: HeadVerdict | undefined): ModerationDecision {
  if (!head) return decision;
  if (head.score < head.threshold || decision.outcome === 'rejected') return { ...decision, head };
  const alike = `A model trained on reviewers’ decisions (${head.modelId}) finds it ${percent(head.score)} like what they rejected; from ${percent(head.threshold)} a person decides.`;
  if (decision.outcome === 'in_review')
    return { ...decision, head, explanation: `${decision.explanation} ${alike}` };
  return {
    ...decision,
    head,
    outcome: 'in_review',
    rule: 'like_what_reviewers_rejected',
    explanation: alike,
  };
}
