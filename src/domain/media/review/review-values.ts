import { z } from 'zod';

export const reviewDecisionSchema = z.enum(['approve', 'reject']);
export type ReviewDecision = z.infer<typeof reviewDecisionSchema>;

/**
 * What a person decides about: an item in doubt, a rejection (by the policy or by a takedown), one that was shown, an appeal, or
 * one that the policy approved and that is looked at by chance.
 */
export const reviewMatterSchema = z.enum(['review', 'rejection', 'takedown', 'appeal', 'audit']);
export type ReviewMatter = z.infer<typeof reviewMatterSchema>;
