import { createHash, timingSafeEqual } from 'node:crypto';
import type { ServerReadableStream } from '@grpc/grpc-js';
import { invalid, MediaFlowError, messageOf } from '../../core/errors.js';
import type { InferenceClient, Inferred } from '../../core/inference/inference-client.js';
import { type InferenceTask, inferenceTasks } from '../../core/inference/task-table.js';
import type { Logger } from '../../core/logger.js';
import { framesInTurn } from './frames-in-turn.js';
import { statusOf } from './wire-errors.js';
import { wireTasks } from './wire-tasks.js';

type FrameCall = ServerReadableStream<{ readonly jpeg: Uint8Array }, object>;

/** What serving of a call needs, and who else is being served. */
export interface ServeCall {
  readonly inference: InferenceClient;
  readonly key?: string | undefined;
  readonly maximumCalls: number;
  readonly underWay: Set<object>;
  /** Tells of a call from outside: what it was, the `traceparent` it came with, and what it comes to. */
  readonly observe: <Answer extends Pick<Inferred<never>, 'model'> & { readonly items: number }>(
    task: InferenceTask,
    traceparent: string | null,
    serve: () => Promise<Answer>,
  ) => Promise<Answer>;
  readonly logger: Logger;
}

/** Answers one stream of frames. Rejects with a status for the wire. */
export async function answerFrames(
  task: InferenceTask,
  call: FrameCall,
  serving: ServeCall,
): Promise<object> {
  const { underWay, observe, logger } = serving;
  const row = wireTasks[task];
  try {
    const traceparent = String(call.metadata.get('traceparent')[0] ?? '') || null;
    const served = await observe(task, traceparent, async () => {
      admit(call, serving);
      return serveFrames(task, call, serving);
    });
    const { provider, model: name, version } = served.model;
    return {
      model: { provider, name, version },
      frames: served.answers.flatMap((answer) => row?.toWire(answer as never)),
    };
  } catch (error) {
    if (!(error instanceof MediaFlowError))
      logger.warn({ task, error: messageOf(error) }, 'A call for inference failed');
    throw statusOf(error);
  } finally {
    underWay.delete(call);
  }
}

async function serveFrames(task: InferenceTask, call: FrameCall, { inference }: ServeCall) {
  const { limits, unit } = inferenceTasks[task];
  const gone = new AbortController();
  call.on('cancelled', () =>
    gone.abort(new MediaFlowError('unavailable', 'inference_given_up', 'Nobody waits for this any more.')),
  );
  const inferred = await framesInTurn({
    frames: call,
    maximumFrames: limits.maximumItems,
    tooMany: () =>
      invalid('inference_request_too_large', `A request may have ${limits.maximumItems} ${unit}.`),
    signal: gone.signal,
    infer: (image, signal) => inference.infer(task, { images: [image] }, { signal }),
  });
  // Who sends no frame hears whom it would have asked.
  const { model } = inferred[0] ?? (await inference.infer(task, { images: [] }, { signal: gone.signal }));
  return { model, answers: inferred.map(({ answer }) => answer), items: inferred.length };
}

/** Throws `too-many` where there is no room for another call, and what `assertAllowed` does. */
function admit(call: FrameCall, { key, underWay, maximumCalls }: ServeCall): void {
  assertAllowed(key, call);
  if (underWay.size >= maximumCalls)
    throw new MediaFlowError(
      'too-many',
      'inference_busy',
      'There is no room at the moment: ask again later.',
    );
  underWay.add(call);
}

/** Throws `unauthorized` unless the caller brought the key. By their digests, no time that it takes tells anything of it. */
function assertAllowed(key: string | undefined, call: FrameCall): void {
  if (key === undefined) return;
  const brought = String(call.metadata.get('authorization')[0] ?? '').replace(/^Bearer /i, '');
  const [own, theirs] = [key, brought].map((text) => createHash('sha256').update(text).digest());
  if (!own || !theirs || !timingSafeEqual(own, theirs))
    throw new MediaFlowError(
      'unauthorized',
      'inference_key_wrong',
      'This service wants the key that it was started with.',
    );
}
