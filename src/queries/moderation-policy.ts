import { z } from 'zod';
import { endpoint } from '../http/endpoint.js';

const bandsSchema = z.object({
  person: z.object({ at: z.number(), share: z.number() }).nullable(),
  reject: z.object({ at: z.number(), share: z.number(), frames: z.number() }).nullable(),
});

export const shownPolicySchema = z.object({
  version: z.string().describe('What its authors call it; `built-in` where nobody has written one'),
  hash: z.string().describe('sha256 of what it says: two policies with the same hash are the same'),
  source: z.enum(['built-in', 'file']),
  classes: z
    .record(z.string(), bandsSchema)
    .describe(
      'By class: from which score a person decides, and from which it is rejected without one; null is never',
    ),
  sound: z.enum(['publish', 'review']),
  fourEyes: z.array(z.enum(['approve', 'reject'])).describe('Decisions of people that two have to agree on'),
  auditShare: z.number().describe('Share of what the policy approves that a person looks at all the same'),
  claimMinutes: z.number().describe('How long what a reviewer has claimed is nobody else’s'),
  words: z
    .record(z.string(), z.array(z.string()))
    .optional()
    .describe('Words and phrases that a person is to know of, by language; absent where none are listed'),
});
export type ShownPolicy = z.infer<typeof shownPolicySchema>;

export const moderationPolicyQueries = (policy: ShownPolicy) => [
  endpoint({
    method: 'GET',
    path: '/v1/moderation/policy',
    summary: 'By what is decided what is shown, what a person looks at and what is rejected',
    tag: 'moderation',
    access: 'operator',
    success: {
      status: 200,
      description: 'The policy of the process that answers',
      schema: shownPolicySchema,
    },
    async handle() {
      return { body: policy };
    },
  }),
];
