import { z } from 'zod';

export const reviewDecisionSchema = z.enum(['approve', 'reject']);
export type ReviewDecision = z.infer<typeof reviewDecisionSchema>;

/** What a person decided about: an item in doubt, a rejection (by the policy or by a takedown), one that was shown. */
export const reviewMatterSchema = z.enum(['review', 'rejection', 'takedown']);
export type ReviewMatter = z.infer<typeof reviewMatterSchema>;
