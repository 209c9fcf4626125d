import type { MediaEvent } from './media-events.js';
import { isPlayable, type MediaState } from './media-state.js';
import type { Step } from './media-values.js';

/** Steps that make an item playable; while one of them is still open, nothing has failed. */
const PLAYBACK_STEPS: readonly Step[] = ['preview', 'transcode'];

/** What follows at once from the state an append leads to: the item is published, or it has failed. */
export function settle(state: MediaState, mediaId: string): MediaEvent[] {
  if (state.deleted || state.rejected) return [];
  if (!state.published && state.moderation === 'approved' && isPlayable(state))
    return [{ type: 'MediaPublished', data: { mediaId } }];
  // A reviewer's queue outranks a failure: the item fails, if it still has to, once it has been reviewed.
  if (state.published || state.failed || state.moderation === 'in_review') return [];

  const fatal = fatalStep(state);
  const failure = fatal && state.steps[fatal]?.failure;
  return fatal && failure ? [{ type: 'ProcessingFailed', data: { mediaId, step: fatal, ...failure } }] : [];
}

function fatalStep(state: MediaState): Step | undefined {
  if (state.steps.probe?.status === 'failed') return 'probe';
  if (isPlayable(state)) return undefined;
  const statuses = PLAYBACK_STEPS.map((step) => state.steps[step]?.status);
  const isOpen = statuses.some((status) => status === 'queued' || status === 'running');
  return isOpen ? undefined : PLAYBACK_STEPS.findLast((step) => state.steps[step]?.status === 'failed');
}
