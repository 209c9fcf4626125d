import { conflict } from '../core/errors.js';
import type { Viewers } from '../core/viewers.js';
import type { Worker } from '../core/worker.js';
import { type JobPayload, jobPayloads, jobSubjects } from '../domain/jobs.js';
import { jobPolicies } from './policies.js';

/** Has nobody know any more which user a forgotten viewer was. */
export const forgetWorker = ({
  viewers,
  isForgotten,
}: {
  readonly viewers: Pick<Viewers, 'forget'>;
  /** Whether history says that a viewer is to be forgotten. */
  readonly isForgotten: (userId: string) => Promise<boolean>;
}): Worker<JobPayload<'forget'>, JobPayload<'forget'>> => ({
  kind: 'forget',
  payload: jobPayloads.forget,
  subject: jobSubjects.viewer,
  policy: jobPolicies.forget,
  concurrency: 2,
  started: () => [],
  async run({ userId }) {
    // What is taken away here nobody brings back, and a job is only what lay in some queue.
    if (!(await isForgotten(userId)))
      throw conflict(
        'viewer_not_forgotten',
        'Nobody has asked to forget this viewer; they are known as before.',
      );
    await viewers.forget(userId);
    return [];
  },
  // The dead letter tells it: history has said that the viewer is forgotten, and has nothing to add.
  failed: () => [],
});
