import { MediaFlowError, unavailable } from '../../core/errors.js';
import type { Sandbox } from '../../sandbox/sandbox.js';
import type { RawAnswer } from './answer-reader.js';
import { type PictureProcess, startPictureProcess } from './picture-process.js';

export interface AskPictures {
  /** One after the other, each within its time. Rejects with the signal's reason when aborted. */
  ask(question: {
    readonly head: object;
    readonly bytes: () => Promise<Buffer>;
    readonly seconds: number;
    readonly signal: AbortSignal;
  }): Promise<RawAnswer>;
  close(): Promise<void>;
}

const letGo = () => unavailable('picture_tool_missing', 'The process of the pictures is let go of.');

/** Keeps a process while there is work for it, and lets it go when there was none for a while. */
export function createAskPictures(options: {
  readonly sandbox: () => Promise<Sandbox>;
  readonly idleSeconds: number;
}): AskPictures {
  const { sandbox, idleSeconds } = options;
  let process: PictureProcess | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let idle: NodeJS.Timeout | undefined;

  async function end(reason: unknown): Promise<void> {
    clearTimeout(idle);
    const ended = process;
    process = undefined;
    await ended?.end(reason);
  }

  async function alive(): Promise<PictureProcess> {
    if (process?.isOver) await end(letGo());
    process ??= await startPictureProcess(await sandbox());
    return process;
  }

  const inTurn = <Result>(task: () => Promise<Result>): Promise<Result> => {
    const done = turn.then(task);
    turn = done.catch(() => {});
    return done;
  };

  return {
    ask: ({ head, bytes, seconds, signal }) =>
      inTurn(async () => {
        signal.throwIfAborted();
        clearTimeout(idle);
        const running = await alive();
        const stop = (reason: unknown) => void running.end(reason);
        const onAbort = () => stop(signal.reason);
        signal.addEventListener('abort', onAbort, { once: true });
        const timer = setTimeout(
          () =>
            stop(
              new MediaFlowError(
                'too-large',
                'picture_timeout',
                `The picture was not done within ${seconds} s.`,
              ),
            ),
          seconds * 1000,
        );
        try {
          return await running.ask(head, await bytes());
        } finally {
          clearTimeout(timer);
          signal.removeEventListener('abort', onAbort);
          idle = setTimeout(() => void inTurn(() => end(letGo())), idleSeconds * 1000);
          idle.unref();
        }
      }),
    close: () => end(letGo()),
  };
}
