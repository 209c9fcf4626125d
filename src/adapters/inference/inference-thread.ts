import { Worker } from 'node:worker_threads';
import { MediaFlowError, messageOf, unavailable } from '../../core/errors.js';
import type { InferenceTask } from '../../core/inference/task-table.js';
import type { Logger } from '../../core/logger.js';
import type { InferenceFailure, InferencePart, InferenceReply, PartAnswer } from './inference-protocol.js';

/** A part of a task, and what is posted of it when its turn comes. */
export interface PartToPost {
  readonly task: InferenceTask;
  post(): { readonly message: unknown; readonly transfer: readonly ArrayBuffer[] };
}

/** One thread that comes when it is needed and goes when it is not. */
export interface InferenceThread {
  /**
   * Runs one request after all earlier ones; what it posts is made when its turn comes. Rejects with the
   * signal's reason when it is aborted, else with MediaFlowError: `inference_crashed` (the next request gets a new
   * thread), `inference_closed`, or the failure that the thread reports.
   */
  run(request: PartToPost, signal: AbortSignal): Promise<PartAnswer>;
  /** Ends the thread and every request in it; the next request starts a new one. */
  close(): Promise<void>;
}

export interface InferenceThreadOptions {
  /** The thread's script; it answers every InferencePart with one InferenceReply, in order. */
  readonly entry: URL;
  /** Without requests for this long, the thread and its memory are given back. */
  readonly idleSeconds: number;
  /** A thread that leaves a request unanswered for this long is taken for hung and ended. */
  readonly answerSeconds: number;
  /** A thread at work on what was given up is ended, rather than let finish it; the next request starts another. Default: false. */
  readonly endsWithItsCaller?: boolean;
  readonly logger: Logger;
}

interface Call {
  readonly request: PartToPost;
  readonly resolve: (answer: PartAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** What lives for long lies in WebAssembly's memory: of what is young V8 would keep three times as much. */
const resourceLimits = { maxYoungGenerationSizeMb: 16 };

/** Starts no thread before the first request, and keeps the process alive only while a request runs. */
export function createInferenceThread(options: InferenceThreadOptions): InferenceThread {
  const { entry, idleSeconds, answerSeconds, endsWithItsCaller = false, logger } = options;
  const waiting: Call[] = [];
  let running: Call | undefined;
  let worker: Worker | undefined;
  let timer: NodeJS.Timeout | undefined;

  const start = (): Worker => {
    // Inference needs neither the process's flags (loaders, inspectors) nor its environment (secrets).
    const started = new Worker(entry, { name: 'inference', execArgv: [], env: {}, resourceLimits });
    started.on('message', (reply: InferenceReply) => {
      if (worker === started) finish((call) => settle(call, reply));
    });
    started.on('error', (error) => lose(started, messageOf(error)));
    started.on('exit', (code) => lose(started, `it exited with code ${code}`));
    logger.debug({}, 'Inference thread started');
    return started;
  };

  const letGo = async (): Promise<void> => {
    clearTimeout(timer);
    const ended = worker;
    worker = undefined;
    await ended?.terminate();
    if (ended) logger.debug({}, 'Inference thread ended');
  };

  const lose = (lost: Worker, why: string): void => {
    if (worker !== lost) return;
    void letGo();
    logger.warn({ why }, 'Inference thread lost');
    finish((call) => call.reject(unavailable('inference_crashed', `The inference thread was lost: ${why}.`)));
  };

  const finish = (settleCall: (call: Call) => void): void => {
    const call = running;
    running = undefined;
    if (call) settleCall(call);
    next();
  };

  const next = (): void => {
    clearTimeout(timer);
    running = waiting.shift();
    if (running) {
      try {
        worker ??= start();
        send(worker, running.request);
      } catch (error) {
        // A system without room for another thread says so here, and not in an event.
        const why = `The inference thread could not be started: ${messageOf(error)}.`;
        finish((call) => call.reject(unavailable('inference_crashed', why)));
      }
    } else if (worker) {
      worker.unref();
      timer = setTimeout(() => void letGo(), idleSeconds * 1000).unref();
    }
  };

  const send = (to: Worker, { task, post }: PartToPost): void => {
    const { message, transfer } = post();
    to.ref();
    to.postMessage({ task, part: message } satisfies InferencePart, [...transfer]);
    timer = setTimeout(() => lose(to, `no answer within ${answerSeconds} s`), answerSeconds * 1000);
  };

  return {
    async run(request, signal) {
      signal.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<PartAnswer>();
      const call: Call = { request, resolve, reject };
      const abort = () => {
        const place = waiting.indexOf(call);
        if (place >= 0) waiting.splice(place, 1);
        reject(signal.reason);
        if (endsWithItsCaller && running === call) {
          void letGo();
          finish(() => {});
        }
      };
      signal.addEventListener('abort', abort, { once: true });
      waiting.push(call);
      if (!running) next();
      return promise.finally(() => signal.removeEventListener('abort', abort));
    },

    async close() {
      const calls = [running, ...waiting.splice(0)];
      running = undefined;
      for (const call of calls) {
        call?.reject(unavailable('inference_closed', 'The inference thread was closed.'));
      }
      await letGo();
    },
  };
}

const settle = (call: Call, reply: InferenceReply): void => {
  if ('answer' in reply) call.resolve(reply);
  else call.reject(errorOf(reply.failure));
};

const errorOf = (failure: InferenceFailure): MediaFlowError =>
  failure.kind === 'unavailable'
    ? unavailable(failure.code, failure.message)
    : new MediaFlowError(failure.kind, failure.code, failure.message);
