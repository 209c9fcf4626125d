import { assertNever, conflict } from '../../core/errors.js';
import { servedAudio } from '../../core/served-audio.js';
import { SUPERSEDED } from '../../core/worker.js';
import { planLadder } from './ladder.js';
import type { AttemptOf, MediaCommand } from './media-commands.js';
import type { MediaEvent } from './media-events.js';
import type { MediaState } from './media-state.js';
import type { Probe, Step } from './media-values.js';
import { decideModeration } from './moderation-policy.js';

type StepCommand = Extract<MediaCommand, { data: AttemptOf }>;

/** From this length on, a first rung of its own makes the item playable before the whole ladder is done. */
const PREVIEW_FROM_SECONDS = 10;
const PREVIEW_SHORT_SIDE = 360;
const AUDIO_BITRATE_BPS = 128_000;

/** What a worker reports. Only the attempt that holds the step is listened to; anybody else changes nothing. */
export function decideStep(command: StepCommand, state: MediaState): MediaEvent[] {
  const { mediaId, step, attempt, jobId } = command.data;
  const held = { mediaId, step, attempt, jobId };
  if (command.type === 'StartStep') return start(held, state);
  if (command.type === 'ConfirmStep') return confirm(held, state);
  if (state.deleted) return [];
  if (command.type === 'FailStep' && isNextAttempt(held, state))
    return [{ type: 'StepStarted', data: held }, ...fail(held, command.data)];
  if (!holdsStep(held, state)) return [];
  const completed: MediaEvent = { type: 'StepCompleted', data: held };

  switch (command.type) {
    case 'ReportStepProgress':
      return [{ type: 'StepProgressed', data: { ...held, fraction: command.data.fraction } }];
    case 'RecordProbe':
      return [
        { type: 'MediaProbed', data: { mediaId, kind: 'video', probe: command.data.probe } },
        completed,
        plan(mediaId, command.data.probe),
      ];
    case 'RecordRenditions':
      return [
        ...command.data.renditions.map(
          (rendition): MediaEvent => ({
            type: 'RenditionCompleted',
            data: { mediaId, rendition },
          }),
        ),
        completed,
      ];
    case 'RecordPoster':
      return [{ type: 'PosterGenerated', data: { mediaId, poster: command.data.poster } }, completed];
    case 'RecordThumbnails': {
      const { poster, storyboard } = command.data;
      return [{ type: 'ThumbnailsGenerated', data: { mediaId, poster, storyboard } }, completed];
    }
    case 'RecordModeration': {
      const { model, frames, policy, missedParts } = command.data;
      const scored: MediaEvent = { type: 'ModerationScored', data: { mediaId, model, frames } };
      // What a person has decided stands: scores that come later are kept and change nothing.
      if (state.moderation !== 'pending' && state.moderation !== 'in_review') return [scored, completed];
      const decision = decideModeration(frames, policy, missedParts);
      const decided: MediaEvent = { type: 'ModerationDecided', data: { mediaId, ...decision } };
      if (decision.outcome !== 'rejected') return [scored, decided, completed];
      return [
        scored,
        decided,
        completed,
        { type: 'MediaRejected', data: { mediaId, by: 'policy', reason: decision.explanation } },
      ];
    }
    case 'RecordTags': {
      const { model, tags } = command.data;
      return [{ type: 'TagsGenerated', data: { mediaId, model, tags } }, completed];
    }
    case 'FailStep':
      return fail(held, command.data);
    default:
      return assertNever(command);
  }
}

const superseded = ({ mediaId, step }: AttemptOf, why: string) =>
  conflict(SUPERSEDED, `Step ${step} of media ${mediaId} is not to be done: ${why}.`, { mediaId, step });

/** Unlike a start, it takes the step from nobody: an attempt of a job long given up may wake and ask. */
function confirm(held: AttemptOf, state: MediaState): MediaEvent[] {
  if (state.deleted) throw superseded(held, 'the item is deleted');
  if (!holdsStep(held, state)) throw superseded(held, 'another attempt has it, or nobody');
  return [];
}

function start(held: AttemptOf, state: MediaState): MediaEvent[] {
  const { step, attempt, jobId } = held;
  const current = state.steps[step];
  if (state.deleted) throw superseded(held, 'the item is deleted');
  if (state.rejectedBy) throw superseded(held, 'the item is rejected');
  if (!current) throw superseded(held, 'it was never planned');
  if (current.status === 'completed') throw superseded(held, 'it is completed');
  if (current.jobId === jobId && attempt < current.attempt)
    throw superseded(held, 'a later attempt has begun');
  if (holdsStep(held, state)) return [];
  return [{ type: 'StepStarted', data: held }];
}

const holdsStep = (held: AttemptOf, state: MediaState): boolean => {
  const current = state.steps[held.step];
  return current?.status === 'running' && current.jobId === held.jobId && current.attempt === held.attempt;
};

/**
 * An attempt may fail before it could tell that it began (its worker was lost, the disk was full). It is heard all
 * the same, or the step would be waited for for ever; but not against another job that is at work.
 */
function isNextAttempt(held: AttemptOf, state: MediaState): boolean {
  const current = state.steps[held.step];
  if (!current || current.status === 'completed' || current.status === 'cancelled') return false;
  return current.jobId === held.jobId ? held.attempt > current.attempt : current.status !== 'running';
}

function fail(held: AttemptOf, data: Extract<MediaCommand, { type: 'FailStep' }>['data']): MediaEvent[] {
  const { code, message } = data;
  if (!data.final)
    return [{ type: 'StepAttemptFailed', data: { ...held, code, message, retryAt: data.retryAt } }];
  return [{ type: 'StepFailed', data: { ...held, code, message } }];
}

function plan(mediaId: string, probe: Probe): MediaEvent {
  const ladder = probe.video ? planLadder(probe.video, probe.video.bitrateBps ?? probe.bitrateBps) : [];
  const isLong = probe.durationSeconds >= PREVIEW_FROM_SECONDS && ladder.length > 1;
  const preview = isLong
    ? (ladder.findLast((rung) => Math.min(rung.width, rung.height) <= PREVIEW_SHORT_SIDE) ?? ladder[0])
    : undefined;
  const source = servedAudio(probe.audio);
  const steps: Step[] = [
    ...(probe.video ? (['poster'] as const) : []),
    ...(preview ? (['preview'] as const) : []),
    'transcode',
    'thumbnails',
    'moderate',
    'tag',
  ];
  return {
    type: 'ProcessingPlanned',
    data: {
      mediaId,
      steps,
      ladder,
      previewRungs: preview ? [preview.name] : [],
      audio: source
        ? {
            streamIndex: source.streamIndex,
            bitrateBps: AUDIO_BITRATE_BPS,
            channels: Math.min(2, source.channels),
          }
        : null,
    },
  };
}
