import { createHash, timingSafeEqual } from 'node:crypto';
import type { ServerReadableStream, ServerUnaryCall } from '@grpc/grpc-js';
import { invalid, MediaFlowError, messageOf } from '../../core/errors.js';
import { checkRequest } from '../../core/inference/check-request.js';
import type { InferenceClient, Inferred } from '../../core/inference/inference-client.js';
import { type InferenceTask, inferenceTasks } from '../../core/inference/task-table.js';
import type { Logger } from '../../core/logger.js';
import { framesInTurn } from './frames-in-turn.js';
import type { FramesOnWire, MessageOnWire } from './on-wire.js';
import { statusOf } from './wire-errors.js';
import { wireTasks } from './wire-tasks.js';

type FrameCall = ServerReadableStream<{ readonly jpeg: Uint8Array }, object>;
type MessageCall = ServerUnaryCall<object, object>;
type AnyCall = FrameCall | MessageCall;

/** What serving of a call needs, and who else is being served. */
export interface ServeCall {
  readonly inference: InferenceClient;
  readonly key?: string | undefined;
  readonly maximumCalls: number;
  /** How long a caller may leave us waiting for a frame; the usual time unless told otherwise. */
  readonly silenceSeconds?: number | undefined;
  readonly underWay: Set<object>;
  /** Tells of a call from outside: what it was, the `traceparent` it came with, and what it comes to. */
  readonly observe: <Answer extends Pick<Inferred<never>, 'model'> & { readonly items: number }>(
    task: InferenceTask,
    traceparent: string | null,
    serve: () => Promise<Answer>,
  ) => Promise<Answer>;
  readonly logger: Logger;
}

/** Answers one call. Rejects with a status for the wire. */
export async function answerCall(task: InferenceTask, call: AnyCall, serving: ServeCall): Promise<object> {
  const { underWay, observe, logger } = serving;
  try {
    const traceparent = String(call.metadata.get('traceparent')[0] ?? '') || null;
    const served = await observe(task, traceparent, async () => {
      admit(call, serving);
      const signal = goneSignal(call);
      return 'request' in call
        ? serveMessage(task, call, serving, signal)
        : serveFrames(task, call, serving, signal);
    });
    const { provider, model: name, version } = served.model;
    return { model: { provider, name, version }, ...served.wire };
  } catch (error) {
    if (!(error instanceof MediaFlowError))
      logger.warn({ task, error: messageOf(error) }, 'A call for inference failed');
    throw statusOf(error);
  } finally {
    underWay.delete(call);
  }
}

/** Fires when the caller gives up, or its deadline has passed. */
function goneSignal(call: AnyCall): AbortSignal {
  const gone = new AbortController();
  const giveUp = () =>
    gone.abort(new MediaFlowError('unavailable', 'inference_given_up', 'Nobody waits for this any more.'));
  call.on('cancelled', giveUp);
  if (call.cancelled) giveUp();
  return gone.signal;
}

async function serveMessage(
  task: InferenceTask,
  call: MessageCall,
  { inference }: ServeCall,
  signal: AbortSignal,
) {
  const row = wireTasks[task] as MessageOnWire<typeof task>;
  const request = row.asked(call.request);
  const { items } = checkRequest(task, request);
  const { model, answer } = await inference.infer(task, request, { signal });
  return { model, items, wire: row.toWire(answer) };
}

async function serveFrames(
  task: InferenceTask,
  call: FrameCall,
  { inference, silenceSeconds }: ServeCall,
  signal: AbortSignal,
) {
  const row = wireTasks[task] as FramesOnWire<typeof task>;
  const { limits, unit } = inferenceTasks[task];
  const inferred = await framesInTurn({
    frames: call,
    maximumFrames: limits.maximumItems,
    tooMany: () =>
      invalid('inference_request_too_large', `A request may have ${limits.maximumItems} ${unit}.`),
    ...{ signal, silenceSeconds },
    infer: (image, until) => inference.infer(task, { images: [image] } as never, { signal: until }),
  });
  // Who sends no frame hears whom it would have asked.
  const { model } = inferred[0] ?? (await inference.infer(task, { images: [] } as never, { signal }));
  const frames = inferred.flatMap(({ answer }) => row.toWire(answer));
  return { model, items: inferred.length, wire: { frames } };
}

/** Throws `too-many` where there is no room for another call, and what `assertAllowed` does. */
function admit(call: AnyCall, { key, underWay, maximumCalls }: ServeCall): void {
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
function assertAllowed(key: string | undefined, call: AnyCall): void {
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
