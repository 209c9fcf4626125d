import { assertNever, conflict, notFound } from '../../core/errors.js';
import { decideStep } from './decide-step.js';
import { isOfStep, type MediaCommand, type MediaCommandOf } from './media-commands.js';
import type { MediaEvent } from './media-events.js';
import { evolveMedia, type MediaState } from './media-state.js';
import { acceptMetadata, isAwaited, requestMetadata } from './metadata/decide-metadata.js';
import type { ModerationPolicy } from './moderation-policy-document.js';
import { appeal } from './review/decide-appeal.js';
import { claim, release } from './review/decide-claim.js';
import { review, takeDown } from './review/decide-review.js';
import { cancelOpenSteps, isOpen, settle, stepsWhere } from './settle.js';
import { changeHeeded } from './words/heed-words.js';

/** The rules of a media item: what a command causes, and what follows from that at once. */
export function decideMedia(command: MediaCommand, state: MediaState): MediaEvent[] {
  const events = decideCommand(command, state);
  return [...events, ...settle(events.reduce(evolveMedia, state), command.data.mediaId)];
}

function decideCommand(command: MediaCommand, state: MediaState): MediaEvent[] {
  const { mediaId } = command.data;
  if (state.upload === 'none') {
    if (command.type === 'RegisterMedia') return [{ type: 'MediaRegistered', data: command.data }];
    if (command.type === 'RequestPull') return requestPull(command.data);
    throw notFound('media_not_found', `There is no media ${mediaId}.`, { mediaId });
  }

  if (isOfStep(command)) return decideStep(command, state);
  switch (command.type) {
    case 'RegisterMedia':
      // A transfer announces its item again when it cannot know whether it has been heard.
      if (state.deleted) throw uploadDeleted(mediaId);
      if (state.upload === 'failed') throw uploadClosed(mediaId);
      return [];
    case 'RequestPull':
      throw uploadClosed(mediaId);
    case 'CompleteUpload':
      if (state.deleted) throw uploadDeleted(mediaId);
      if (state.upload !== 'expected') throw uploadClosed(mediaId);
      return [{ type: 'MediaUploaded', data: command.data }];
    case 'FailUpload':
      return state.upload === 'expected' && !state.deleted
        ? [{ type: 'UploadFailed', data: command.data }]
        : [];
    case 'ChangeMediaDetails':
      refuseDeleted(state, mediaId);
      return withWordsHeeded(changeDetails(command.data, state), state, command.data);
    case 'ReviewMedia':
      refuseDeleted(state, mediaId);
      return review(command.data, state);
    case 'TakeDownMedia':
      refuseDeleted(state, mediaId);
      return takeDown(command.data, state);
    case 'AppealDecision':
      refuseDeleted(state, mediaId);
      return appeal(command.data, state);
    case 'ClaimReview':
      refuseDeleted(state, mediaId);
      return claim(command.data, state);
    case 'ReleaseReview':
      return state.deleted ? [] : release(command.data, state);
    case 'RequestMetadata':
      refuseDeleted(state, mediaId);
      refuseUnprocessed(state, mediaId);
      return requestMetadata(command.data, state);
    case 'RecordMetadata':
      return isAwaited(state, command.data.requestId)
        ? [{ type: 'MetadataSuggested', data: command.data }]
        : [];
    case 'FailMetadata':
      return isAwaited(state, command.data.requestId) ? [{ type: 'MetadataFailed', data: command.data }] : [];
    case 'AcceptMetadata':
      refuseDeleted(state, mediaId);
      return withWordsHeeded(acceptMetadata(command.data, state), state, command.data);
    case 'RetryProcessing': {
      refuseDeleted(state, mediaId);
      refuseRejected(state, mediaId);
      if (state.upload === 'failed' && state.steps.pull?.status === 'failed')
        return [{ type: 'ProcessingRetried', data: { mediaId, steps: ['pull'], wasFailed: true } }];
      refuseUnprocessed(state, mediaId);
      const steps = stepsWhere(state, (status) => status === 'failed');
      if (steps.length === 0)
        throw conflict('nothing_to_retry', `No step of media ${mediaId} has failed.`, { mediaId });
      return [{ type: 'ProcessingRetried', data: { mediaId, steps, wasFailed: state.failed } }];
    }
    case 'ExtendProcessing':
      refuseDeleted(state, mediaId);
      return lookAgain(state, mediaId);
    case 'DeleteMedia':
      // Final, so that a repeat, remembered or not, has nothing to undo.
      return state.deleted
        ? []
        : [...cancelOpenSteps(state, mediaId), { type: 'MediaDeleted', data: { mediaId } }];
    case 'ConfirmPurge':
      if (!state.deleted)
        throw conflict('media_not_deleted', `Media ${mediaId} is not deleted; nothing of it is purged.`, {
          mediaId,
        });
      return [];
    case 'RecordPurge':
      return state.deleted && !state.purged ? [{ type: 'MediaPurged', data: { mediaId } }] : [];
    case 'FailPurge':
      return state.deleted && !state.purged ? [{ type: 'MediaPurgeFailed', data: command.data }] : [];
    default:
      return assertNever(command);
  }
}

function changeDetails(
  { mediaId, title, description, tags, mayBeRepeated }: MediaCommandOf<'ChangeMediaDetails'>['data'],
  { details }: MediaState,
): MediaEvent[] {
  const changed = {
    ...(title !== undefined && title !== details.title ? { title } : {}),
    ...(description !== undefined && description !== details.description ? { description } : {}),
    ...(tags !== undefined && !isSameList(tags, details.tags) ? { tags } : {}),
  };
  return Object.keys(changed).length > 0 || mayBeRepeated
    ? [{ type: 'MediaDetailsChanged', data: { mediaId, ...changed } }]
    : [];
}

const withWordsHeeded = (
  events: MediaEvent[],
  state: MediaState,
  { mediaId, policy }: { readonly mediaId: string; readonly policy?: ModerationPolicy },
): MediaEvent[] => [...events, ...changeHeeded(state, events.reduce(evolveMedia, state), mediaId, policy)];

function requestPull({
  url,
  isNamed,
  ...registration
}: Extract<MediaCommand, { type: 'RequestPull' }>['data']): MediaEvent[] {
  return [
    { type: 'MediaRegistered', data: registration },
    { type: 'PullRequested', data: { mediaId: registration.mediaId, url, isNamed } },
  ];
}

const uploadDeleted = (mediaId: string) =>
  conflict('media_deleted', `Media ${mediaId} is deleted.`, { mediaId });
const uploadClosed = (mediaId: string) =>
  conflict('upload_closed', `The upload of media ${mediaId} has ended already.`, { mediaId });

const isSameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((item, index) => item === b[index]);

/** No step of it has failed because none has begun. */
function refuseUnprocessed({ upload }: MediaState, mediaId: string): void {
  const details = { mediaId };
  if (upload === 'expected')
    throw conflict('still_uploading', `Media ${mediaId} is still being uploaded.`, details);
  if (upload === 'failed')
    throw conflict('upload_failed', `The upload of media ${mediaId} failed: send the file again.`, details);
}

/** What has failed is retried, which finds all there is to do. */
function lookAgain(state: MediaState, mediaId: string): MediaEvent[] {
  refuseRejected(state, mediaId);
  refuseUnprocessed(state, mediaId);
  const details = { mediaId };
  if (state.failed) throw conflict('processing_failed', `Media ${mediaId} has failed: retry it.`, details);
  if (stepsWhere(state, isOpen).length > 0)
    throw conflict('still_processing', `Media ${mediaId} is still being processed.`, details);
  return [{ type: 'ProcessingRetried', data: { mediaId, steps: ['probe'], wasFailed: false } }];
}

function refuseRejected({ rejectedBy }: MediaState, mediaId: string): void {
  if (rejectedBy)
    throw conflict('media_rejected', `Media ${mediaId} is rejected; nothing of it is processed.`, {
      mediaId,
    });
}

function refuseDeleted(state: MediaState, mediaId: string): void {
  if (state.deleted) throw notFound('media_deleted', `Media ${mediaId} is deleted.`, { mediaId });
}
