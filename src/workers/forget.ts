import type { Viewers } from '../core/viewers.js';
import type { Worker } from '../core/worker.js';
import { type JobPayload, jobPayloads, jobSubjects } from '../domain/jobs.js';
import { jobPolicies } from './policies.js';

/** Has nobody know any more which user a forgotten viewer was. */
export const forgetWorker = ({
  viewers,
}: {
  readonly viewers: Pick<Viewers, 'forget'>;
}): Worker<JobPayload<'forget'>, JobPayload<'forget'>> => ({
  kind: 'forget',
  payload: jobPayloads.forget,
  subject: jobSubjects.viewer,
  policy: jobPolicies.forget,
  concurrency: 2,
  started: () => [],
  async run({ userId }) {
    await viewers.forget(userId);
    return [];
  },
  // The dead letter tells it: history has said that the viewer is forgotten, and has nothing to add.
  failed: () => [],
});
