import { z } from 'zod';
import { endpoint } from '../http/endpoint.js';

export interface StartStorageCheck {
  /** Resolves when it has begun; its report says what it finds. Throws conflict `storage_check_running`. */
  start(options: { readonly remove: boolean }): Promise<{ readonly checkId: string }>;
}

export const storageCheckCommands = (checks: StartStorageCheck) => [
  endpoint({
    method: 'POST',
    path: '/v1/storage/check',
    summary: 'Compare the stored files with history: what nothing names any more, and what is missing',
    tag: 'operations',
    access: 'operator',
    query: z.strictObject({
      remove: z
        .enum(['true', 'false'])
        .default('false')
        .describe('Whether to remove what nothing names any more'),
    }),
    success: {
      status: 202,
      description: 'It has begun; GET /v1/storage/check has its report',
      schema: z.object({ checkId: z.string() }),
    },
    async handle({ query }) {
      return { status: 202, body: await checks.start({ remove: query.remove === 'true' }) };
    },
  }),
];
