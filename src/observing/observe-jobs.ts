import { errorRooms } from '../core/error-codes/index.js';
import type { JobToEnqueue } from '../core/job.js';
import type { JobConsumer } from '../core/job-consumer.js';
import type { JobSender } from '../core/job-sender.js';
import type { JobHandler, JobOutcome, RunningJob } from '../core/running-job.js';
import { errorTypeOf, inSpans, type Span } from '../core/tracer.js';
import { type Observing, secondsSince } from './observing.js';

/** A queue whose jobs carry the trace they were asked for in: a span for each that is sent, and for each attempt at one. */
export function observeJobs<Queue extends JobSender & JobConsumer>(
  queue: Queue,
  observing: Observing,
  { system }: { readonly system: string },
): Queue {
  return {
    ...queue,
    enqueue: observeEnqueue(queue, observing, system),
    work(kind, options, handler) {
      observing.metrics.set('job_slots', { kind }, options.concurrency);
      return queue.work(kind, options, observeHandler(kind, handler, observing, system));
    },
  };
}

const attributesOf = (operation: 'send' | 'process', system: string, job: JobToEnqueue | RunningJob) => ({
  ...{ 'messaging.system': system, 'messaging.destination.name': job.kind, 'messaging.message.id': job.id },
  ...{ 'messaging.operation.name': operation, 'messaging.operation.type': operation },
  'messaging.message.conversation_id': job.correlationId,
});

const observeEnqueue =
  (queue: JobSender, { tracer }: Observing, system: string): JobSender['enqueue'] =>
  async (jobs) => {
    const spans: Span[] = [];
    const traced = jobs.map((job) => {
      const span = tracer.start(`send ${job.kind}`, {
        kind: 'producer',
        parent: job.traceparent,
        attributes: attributesOf('send', system, job),
      });
      if (!span) return job;
      spans.push(span);
      return { ...job, traceparent: span.traceparent };
    });
    await inSpans(spans, () => queue.enqueue(traced));
  };

function observeHandler(
  kind: string,
  handler: JobHandler,
  { metrics, tracer }: Observing,
  system: string,
): JobHandler {
  let busy = 0;
  const nowBusy = (count: number) => {
    busy = count;
    metrics.set('job_slots_busy', { kind }, busy);
  };
  nowBusy(0);

  return async (job, lease) => {
    const startedAt = performance.now();
    const span = tracer.start(`process ${kind}`, {
      kind: 'consumer',
      parent: job.traceparent,
      attributes: { ...attributesOf('process', system, job), 'mediaflow.job.attempt': job.attempt },
    });
    const traceparent = span?.traceparent ?? job.traceparent;
    const ended = (outcome: Outcome) => {
      span?.set({ 'mediaflow.job.outcome': outcome });
      if (outcome === 'unclaimed') return;
      metrics.observe('job_duration_seconds', { kind, outcome }, secondsSince(startedAt), span?.traceparent);
      if (job.waitedSeconds !== undefined)
        metrics.observe('job_wait_seconds', { kind }, job.waitedSeconds, span?.traceparent);
      if (outcome === 'retried') metrics.add('job_retries_total', { kind });
    };
    nowBusy(busy + 1);
    try {
      const outcome = await tracer.within(span, () => handler({ ...job, traceparent }, lease));
      ended(nameOf(outcome));
      if ('deadLetter' in outcome)
        metrics.add('dead_letters_total', { kind, cause: causeOf(outcome.deadLetter.code) });
      const failure = failureIn(outcome);
      if (failure) span?.fail(failure);
      return outcome;
    } catch (error) {
      ended('aborted');
      span?.fail(errorTypeOf(error));
      throw error;
    } finally {
      nowBusy(busy - 1);
      span?.end();
    }
  };
}

type Outcome = 'done' | 'retried' | 'set_aside' | 'dead_lettered' | 'unclaimed' | 'aborted';

function nameOf(outcome: JobOutcome): Outcome {
  if ('done' in outcome) return 'done';
  if ('retryInSeconds' in outcome) return 'retried';
  if ('setAsideSeconds' in outcome) return 'set_aside';
  return 'deadLetter' in outcome ? 'dead_lettered' : 'unclaimed';
}

/** What a file was refused for by a limit may be the limit's doing: where all are, an operator has to hear of it. */
const limitsOfTools = [
  ...['ffmpeg_timeout', 'ffmpeg_memory_exceeded', 'ffmpeg_processes_exceeded'],
  ...['picture_timeout', 'picture_memory_exceeded'],
];
/** They follow from a step before, which has told its own. */
const consequences = ['chunks_missing', 'renditions_missing'];

/** A file that is damaged, or an address that leads nowhere, is its sender's to mend; the rest is the operator's. */
function causeOf(code: string): 'file' | 'work' {
  if (limitsOfTools.includes(code)) return 'work';
  const isOfFile = Object.hasOwn(errorRooms.files, code) || Object.hasOwn(errorRooms.pulls, code);
  return isOfFile || consequences.includes(code) ? 'file' : 'work';
}

const failureIn = (outcome: JobOutcome): string | undefined => {
  if ('deadLetter' in outcome) return outcome.deadLetter.code;
  return 'retryInSeconds' in outcome || 'setAsideSeconds' in outcome ? nameOf(outcome) : undefined;
};
