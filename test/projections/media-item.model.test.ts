import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPlayable, type MediaState } from '../../src/domain/media/media-state.js';
import { jobs } from '../../src/projections/jobs.js';
import { mediaHistory } from '../../src/projections/media-history.js';
import { mediaLibrary } from '../../src/projections/media-library.js';
import { moderationQueue } from '../../src/projections/moderation-queue.js';
import { mediaId } from '../kit/media-fixtures.js';
import { anyHistory, run } from '../kit/media-histories.js';
import { rowsAfter } from '../kit/project-rows.js';

/** What the public status has to be, said by the rules instead of the view. */
function statusOf(state: MediaState): string {
  if (state.deleted) return 'deleted';
  if (state.rejectedBy) return 'rejected';
  if (state.published) return 'published';
  if (state.moderation === 'in_review') return 'in_review';
  if (state.failed || state.upload === 'failed') return 'failed';
  return state.upload === 'complete' ? 'processing' : 'uploading';
}

const whatever = (check: (history: ReturnType<typeof run>) => void, numRuns = 300) =>
  fc.assert(
    fc.property(anyHistory, (commands) => {
      const history = run(commands);
      fc.pre(history.state.upload !== 'none');
      check(history);
    }),
    { numRuns },
  );

describe('whatever happens to an item, its views agree with the rules', () => {
  test('the library shows the status that the rules give it', () => {
    whatever(({ events, state }) => {
      const [item] = rowsAfter(mediaLibrary, events).media_library ?? [];
      expect(item?.status).toBe(statusOf(state));
    }, 600);
  });

  test('the library tells of a failure exactly while the item is a failed one', () => {
    whatever(({ events, state }) => {
      fc.pre(!state.deleted);
      const [item] = rowsAfter(mediaLibrary, events).media_library ?? [];
      expect((item?.failure ?? null) !== null).toBe(item?.status === 'failed');
    });
  });

  test('the library has what a published item is played from, and nothing of a deleted one', () => {
    whatever(({ events, state }) => {
      const rows = rowsAfter(mediaLibrary, events);
      const kinds = (rows.media_renditions ?? []).map((row) => row.kind);
      if (state.deleted) {
        expect(kinds).toEqual([]);
        expect(rows.media_metadata).toEqual([]);
      } else if (state.kind === 'image') expect(isPlayable(state)).toBe(true);
      else if (state.kind === 'audio') expect(kinds.includes('audio')).toBe(isPlayable(state));
      else
        expect(kinds.includes('video') && (!state.hasSound || kinds.includes('audio'))).toBe(
          isPlayable(state),
        );
    });
  });

  test('the queue holds the item exactly while it waits for a person', () => {
    whatever(({ events, state }) => {
      const waiting = (rowsAfter(moderationQueue, events).moderation_queue ?? []).filter(
        (row) => row.status === 'in_review',
      );
      const isInReview = state.moderation === 'in_review' && !state.deleted && !state.rejectedBy;
      expect(waiting).toHaveLength(isInReview ? 1 : 0);
    });
  });

  test('the jobs are the steps, each as it stands', () => {
    whatever(({ events, state }) => {
      const all = rowsAfter(jobs, events).jobs ?? [];
      const gaveUp = events.some(({ type }) => type === 'MediaPurgeFailed');
      const purge = all.filter(({ kind }) => kind === 'purge').map(({ status }) => status);
      expect(purge).toEqual(state.deleted ? [state.purged ? 'completed' : gaveUp ? 'failed' : 'queued'] : []);
      const rows = all.filter(({ kind }) => kind !== 'purge');
      expect(rows.map((row) => row.kind).toSorted()).toEqual(
        state.purged ? [] : Object.keys(state.steps).toSorted(),
      );
      for (const row of rows) {
        const step = state.steps[row.kind as keyof typeof state.steps];
        // To the rules a step between two attempts is queued; people are told that it waits to be tried again.
        expect(row.status === 'waiting_to_retry' ? 'queued' : row.status).toBe(step?.status);
        if (step?.jobId) expect([row.job_id, row.attempt]).toEqual([step.jobId, step.attempt]);
      }
    });
  });

  test('the history has every event once, in order', () => {
    whatever(({ events }) => {
      const rows = rowsAfter(mediaHistory, events).media_history ?? [];
      expect(rows.map((row) => row.type)).toEqual(events.map((event) => event.type));
      expect(rows.map((row) => row.position)).toEqual(rows.map((row) => row.position).toSorted());
      expect(rows.every((row) => row.media_id === mediaId)).toBe(true);
    }, 100);
  });
});
