import { z } from 'zod';
import type { StorageReports } from '../core/storage-report.js';
import { endpoint } from '../http/endpoint.js';

const tallyOf = (found: z.ZodType) =>
  z.object({ count: z.int(), sizeBytes: z.int(), listed: z.array(found).describe('The first of them') });
const places = tallyOf(z.object({ prefix: z.string(), sizeBytes: z.int(), reason: z.string() }));

const reportSchema = z.object({
  checkId: z.string(),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  remove: z.boolean(),
  error: z.string().nullable(),
  findings: z
    .object({
      items: z.int(),
      files: z.int(),
      sizeBytes: z.int().describe('Of all files; what several share counts once'),
      sharedBytes: z.int().describe('What it would be more if no two files shared their bytes'),
      orphans: places.describe('What nothing names any more'),
      removed: z.int().describe('Orphans that are gone'),
      unexplained: places.describe('What no history accounts for; never removed'),
      missing: tallyOf(z.object({ key: z.string(), expectedBytes: z.int(), storedBytes: z.int() })),
    })
    .nullable(),
});

export const storageCheckQueries = (reports: Pick<StorageReports, 'latest'>) => [
  endpoint({
    method: 'GET',
    path: '/v1/storage/check',
    summary: 'What the last check of the stored files found',
    tag: 'operations',
    access: 'operator',
    success: {
      status: 200,
      description: 'The report; null before the first check',
      schema: z.object({ report: reportSchema.nullable() }),
    },
    handle: async () => ({ body: { report: (await reports.latest()) ?? null } }),
  }),
];
