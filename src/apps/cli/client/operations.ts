import type { DeadLetter } from '../../../core/dead-letter.js';
import type { ProjectionStatus } from '../../../core/projection-store.js';
import type { StorageReport } from '../../../core/storage-report.js';
import type { Job, Usage } from '../answers.js';
import type { Connection } from './connection.js';

const rebuildOf = (name: string) => `/v1/projections/${encodeURIComponent(name)}/rebuild`;

/** What those who run a server look at and mend. */
export const operationsCalls = ({ request }: Connection) => ({
  jobs: async (query: { status?: string; kind?: string; limit: number }) =>
    (await request<{ items: Job[] }>('GET', '/v1/jobs', { query })).items,
  usage: (query: { from: string | undefined; to: string | undefined }) =>
    request<Usage>('GET', '/v1/usage', { query }),
  projections: async () => (await request<{ items: ProjectionStatus[] }>('GET', '/v1/projections')).items,
  startRebuild: (name: string, mode: 'resume' | 'restart') =>
    request<{ name: string; version: number }>('POST', rebuildOf(name), { query: { mode } }),
  cancelRebuild: (name: string, keep: boolean) =>
    request<{ name: string; kept: boolean }>('DELETE', rebuildOf(name), { query: { keep: String(keep) } }),

  startStorageCheck: (remove: boolean) =>
    request<{ checkId: string }>('POST', '/v1/storage/check', { query: { remove: String(remove) } }),
  storageReport: async () =>
    (await request<{ report: StorageReport | null }>('GET', '/v1/storage/check')).report,
  deadLetters: async (query: { kind?: string; idPrefix?: string; limit?: number }) =>
    (await request<{ items: DeadLetter[] }>('GET', '/v1/dead-letters', { query })).items,
  replayDeadLetter: (id: string) =>
    request<{ jobId: string }>('POST', `/v1/dead-letters/${encodeURIComponent(id)}/replay`),
  discardDeadLetter: (id: string) =>
    request<{ id: string }>('DELETE', `/v1/dead-letters/${encodeURIComponent(id)}`),
});
