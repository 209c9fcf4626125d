import { type JobAbortCode, jobAborted } from '../../src/core/job-abort.js';
import type { JobLease } from '../../src/core/running-job.js';

/** A lease as a queue gives one, in the hands of a test. */
export function createTestLease(): { readonly lease: JobLease; abort(code: JobAbortCode): void } {
  const [working, held] = [new AbortController(), new AbortController()];
  return {
    lease: { signal: working.signal, recording: () => held.signal },
    abort(code) {
      if (code !== 'time_limit_exceeded' && code !== 'overstayed') held.abort(jobAborted(code));
      working.abort(jobAborted(code));
    },
  };
}
