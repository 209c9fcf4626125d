import { setTimeout as delay } from 'node:timers/promises';
import { Client, type ClientOptions, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { backoffSeconds } from '../../core/backoff.js';
import { MediaFlowError } from '../../core/errors.js';
import { checkRequest } from '../../core/inference/check-request.js';
import type { InferenceClient } from '../../core/inference/inference-client.js';
import {
  type AnswerOf,
  type InferenceTask,
  inferenceTasks,
  type RequestOf,
} from '../../core/inference/task-table.js';
import type { RgbImage } from '../../core/video-tools.js';
import { inferenceService, MAXIMUM_MESSAGE_BYTES, type WireModel } from './inference-proto.js';
import { jpegOf } from './jpeg-frames.js';
import type { OnWire } from './on-wire.js';
import { methodOf } from './read-proto.js';
import { sendFrames } from './send-frames.js';
import { sendOne } from './send-one.js';
import { errorFrom, isBusy } from './wire-errors.js';
import { wireTasks } from './wire-tasks.js';

/** Some ten seconds: by then another process has started, or a job does better to come again later. */
const ATTEMPTS = 8;
const PAUSES = { backoff: { firstSeconds: 0.2, maximumSeconds: 4 } };
/** What loading of a model may take beside the frames. */
const LOADING_SECONDS = 60;

const channelOptions: ClientOptions = {
  'grpc.max_receive_message_length': MAXIMUM_MESSAGE_BYTES,
  'grpc.max_send_message_length': MAXIMUM_MESSAGE_BYTES,
  // A peer that is gone without a word is noticed, and one that comes back is found soon.
  'grpc.keepalive_time_ms': 20_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.initial_reconnect_backoff_ms': 200,
  'grpc.max_reconnect_backoff_ms': 2_000,
  // Of a name with many addresses each gets its share.
  'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
};

export interface GrpcInferenceOptions {
  /** `host:port`, or another name that gRPC resolves. */
  readonly target: string;
  /** Over TLS, with these authorities (PEM; null for the system's); undefined speaks in the clear. */
  readonly tls?:
    | {
        readonly authorities: Buffer | null;
        /** What is shown to a service that wants to know who asks. */
        readonly own?: { readonly certificate: Buffer; readonly key: Buffer };
      }
    | undefined;
  /** What the service asks for, if it does. */
  readonly key?: string | undefined;
  /** The span that a request is part of. */
  readonly traceparent: () => string | null;
  readonly random: () => number;
}

/**
 * Models in other processes, over gRPC. A process that is gone, or has no room, costs a pause and the same again; who gives up meanwhile
 * is let go at once, and what was asked for stops there.
 */
export function createGrpcInference(options: GrpcInferenceOptions): InferenceClient {
  const { target, tls, key, traceparent, random } = options;
  const security = tls
    ? credentials.createSsl(tls.authorities, tls.own?.key, tls.own?.certificate)
    : credentials.createInsecure();
  let client: Client | undefined;

  const open = (task: InferenceTask, items: number, method: string, signal: AbortSignal) => {
    client ??= new Client(target, security, channelOptions);
    const metadata = new Metadata();
    if (key !== undefined) metadata.set('authorization', `Bearer ${key}`);
    const parent = traceparent();
    if (parent !== null) metadata.set('traceparent', parent);
    const seconds = LOADING_SECONDS + items * inferenceTasks[task].limits.secondsAnItem;
    return {
      ...{ client, metadata, signal, method: methodOf(inferenceService, method) },
      deadline: Date.now() + seconds * 1000,
    };
  };

  const once = async <Task extends InferenceTask>(
    task: Task,
    row: OnWire<Task>,
    request: RequestOf<Task>,
    signal: AbortSignal,
  ) => {
    const { items } = checkRequest(task, request);
    const call = open(task, items, row.method, signal);
    if (row.kind === 'message') {
      const wire = (await sendOne({ ...call, message: row.ask(request) })) as WireAnswer;
      return { wire, answer: held(task, row.fromWire(wire), items) };
    }
    const { images: frames } = request as RequestOf<'moderateFrames'>;
    const encode = async (image: RgbImage) => ({ jpeg: await jpegOf(image) });
    const wire = (await sendFrames({ ...call, frames, encode })) as WireAnswer;
    return { wire, answer: held(task, row.fromWire(wire.frames ?? []), items) };
  };

  return {
    async infer(task, request, { signal }) {
      checkRequest(task, request);
      const row = wireTasks[task] as OnWire<typeof task> | undefined;
      if (!row)
        throw new MediaFlowError('unsupported', 'inference_task_missing', `${task} is not asked over gRPC.`);
      for (let attempt = 1; ; attempt++) {
        signal.throwIfAborted();
        try {
          const { wire, answer } = await once(task, row, request, signal);
          const { provider = '', name = '', version = '' } = wire.model ?? {};
          return { model: { provider, model: name, version }, answer };
        } catch (error) {
          signal.throwIfAborted();
          if (!isServiceError(error)) throw error;
          if (!isBusy(error) || attempt >= ATTEMPTS) throw errorFrom(error);
          await delay(backoffSeconds(PAUSES, attempt, random) * 1000, undefined, { signal }).catch(() => {});
        }
      }
    },
    async close() {
      client?.close();
      client = undefined;
    },
  };
}

interface WireAnswer {
  readonly model?: WireModel | null;
  /** Where frames were asked about. */
  readonly frames?: readonly object[];
}

const isServiceError = (error: unknown): error is ServiceError =>
  error instanceof Error && !(error instanceof MediaFlowError) && 'code' in error && 'details' in error;

/** What a service says is held to what was asked: another release, or another program, may be there. */
function held<Task extends InferenceTask>(task: Task, said: unknown, items: number): AnswerOf<Task> {
  const row = inferenceTasks[task];
  const parsed = row.answer.safeParse(said);
  if (!parsed.success || row.answered(parsed.data as never) !== items)
    throw new MediaFlowError(
      'internal',
      'inference_failed',
      'The inference service gave an answer to something else.',
    );
  return parsed.data as AnswerOf<Task>;
}
