import { MediaFlowError } from '../../src/core/errors.js';
import type { JobRequest } from '../../src/core/job.js';
import type { SagaOutput } from '../../src/core/saga.js';
import { type JobKind, jobPayloads } from '../../src/domain/jobs.js';
import { media } from '../../src/domain/media/media.js';
import type { AttemptOf, MediaCommand } from '../../src/domain/media/media-commands.js';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import { type MediaState, stepsOf } from '../../src/domain/media/media-state.js';
import { DEFAULT_MODERATION_POLICY } from '../../src/domain/media/moderation-policy-document.js';
import type { StepName } from '../../src/domain/media/steps/step-name.js';
import { mediaProcessing } from '../../src/sagas/media-processing.js';
import { deepFreeze } from '../kit/deep-freeze.js';
import { recorded } from '../kit/golden-events.js';
import type { KeptProcess } from './histories.js';
import { command, resultOf } from './simulated-results.js';

/** An item with its process and the jobs it asked for: the rules alone, without queue, workers or clock. */
export interface ItemWorld {
  /** What a release wrote: nothing of it is decided again. Its process may have seen it already. */
  remember(event: MediaEvent, isSeen?: boolean): void;
  /** Carries out a command by the rules of today. */
  send(command: MediaCommand): void;
  /** Does every job, well, and what people have to decide in favour of the item, until nothing is left to do. */
  finish(): void;
  /** `published`, `purged`, `rejected` by a person, `not uploaded`, or a sentence that tells what is in the way. */
  end(): string;
}

/** `stored` is where a release left the item's process; without it, the process begins with the history. */
export function createItemWorld(mediaId: string, stored?: KeptProcess): ItemWorld {
  let state = media.decider.initialState;
  let kept = JSON.stringify(stored?.state ?? mediaProcessing.initialState);
  let isComplete = false;
  let jobs = [...(stored?.jobs ?? [])];
  let ids = 0;

  function carryOut(output: SagaOutput<MediaCommand>): void {
    if ('run' in output) {
      jobPayloads[output.run.kind as JobKind].parse(output.run.payload);
      jobs.push({ ...output.run, id: `simulated-${++ids}`, attempt: 0 });
    } else if ('cancelJobs' in output) {
      const { kinds, key } = output.cancelJobs;
      jobs = jobs.filter((job) => job.key !== key || !kinds.includes(job.kind));
    } else if ('complete' in output) isComplete = true;
    else if (!('ignore' in output)) throw new Error(`Nobody simulates ${JSON.stringify(output)}`);
  }

  /** An event as the decider's state and the process take it, the latter stored in between. */
  function apply(event: MediaEvent, isSeen = false): void {
    state = deepFreeze(media.decider.evolve(state, event));
    if (isSeen || isComplete || !(event.type in mediaProcessing.correlate)) return;
    const [input] = recorded([event]) as unknown as Parameters<typeof mediaProcessing.evolve>[1][];
    if (!input) return;
    kept = JSON.stringify(mediaProcessing.evolve(deepFreeze(JSON.parse(kept)), input));
    mediaProcessing.react(deepFreeze(JSON.parse(kept)), input, mediaId).forEach(carryOut);
  }

  function send(one: MediaCommand): void {
    for (const event of media.decider.decide(deepFreeze(one), state)) apply(event);
  }

  function work(job: KeptProcess['jobs'][number]): void {
    if (job.kind === 'purge') {
      send(command('RecordPurge', { mediaId }));
      return;
    }
    const held: AttemptOf = { mediaId, step: stepOf(job), attempt: job.attempt + 1, jobId: job.id };
    try {
      send(command('StartStep', held));
    } catch (error) {
      if (error instanceof MediaFlowError && error.kind === 'conflict') return;
      throw error;
    }
    send(resultOf(job, held));
  }

  return {
    remember(event, isSeen = false) {
      apply(event, isSeen);
      if (isSeen) return;
      if (event.type === 'MediaPurged') jobs = jobs.filter(({ kind }) => kind !== 'purge');
      if (event.type === 'StepStarted') {
        const { step, jobId: id, attempt } = event.data;
        jobs = jobs.map((job) => (stepOf(job) === step ? { ...job, id, attempt } : job));
      }
      if (event.type === 'StepCompleted' || event.type === 'StepFailed')
        jobs = jobs.filter((job) => stepOf(job) !== event.data.step);
    },
    send,
    finish() {
      for (let turns = 0; turns < 100; turns++) {
        const job = jobs.shift();
        const wish = job ? undefined : wishOf(state, mediaId);
        if (job) work(job);
        else if (wish) send(wish);
        else return;
      }
    },
    end: () => endOf(state, isComplete),
  };
}

const stepOf = ({ kind, payload }: JobRequest): StepName => (payload.step ?? kind) as StepName;

/** What clients and people would do for an item that waits for them. */
function wishOf(state: MediaState, mediaId: string): MediaCommand | undefined {
  if (state.deleted || state.upload === 'failed' || state.rejectedBy === 'reviewer') return undefined;
  if (state.upload === 'expected')
    return command('CompleteUpload', {
      mediaId,
      blobKey: `media/${mediaId}/original`,
      sizeBytes: 1,
      sha256: 'ab',
    });
  if (state.moderation === 'in_review' || state.rejectedBy === 'policy')
    return command('ReviewMedia', {
      ...{ mediaId, decision: 'approve', reason: 'Looks well', reviewer: 'ada' },
      ...{ policy: DEFAULT_MODERATION_POLICY, at: '2026-11-21T12:00:00.000Z' },
    });
  const hasFailed = stepsOf(state).some(([, { status }]) => status === 'failed');
  return hasFailed ? command('RetryProcessing', { mediaId }) : undefined;
}

function endOf(state: MediaState, isComplete: boolean): string {
  if (state.deleted) return state.purged && isComplete ? 'purged' : 'deleted, with its bytes still there';
  if (state.upload === 'failed') return 'not uploaded';
  if (state.rejectedBy === 'reviewer') return 'rejected';
  const undone = stepsOf(state).filter(([, { status }]) => status !== 'completed');
  if (state.published && undone.length === 0) return 'published';
  const steps = undone.map(([step, { status }]) => `${step} ${status}`).join(', ');
  return `${state.published ? 'published' : 'not published'}, and nothing goes on: ${steps}`;
}
