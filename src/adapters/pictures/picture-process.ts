import { MediaFlowError, messageOf, unavailable } from '../../core/errors.js';
import { runGuarded } from '../../sandbox/run/run-guarded.js';
import type { ToolResult } from '../../sandbox/run/tool-run.js';
import type { Sandbox } from '../../sandbox/sandbox.js';
import { createAnswerReader, type RawAnswer } from './answer-reader.js';
import { kernelLimits, memoryBytes, pictureTool, processArguments } from './confined-process.js';
import { endOfProcess } from './end-of-process.js';

/** Longer than anybody lets one live. */
const NEVER_SECONDS = 24 * 60 * 60;
/** What it leaks is given back. */
const MOST_QUESTIONS = 500;

interface Asked {
  readonly resolve: (answer: RawAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** One running process, which is asked one question at a time. */
export interface PictureProcess {
  /** Takes no more questions: it has ended, or is to. */
  readonly isOver: boolean;
  /** Rejects with why it ended, if it did before it answered. */
  ask(head: object, bytes: Buffer): Promise<RawAnswer>;
  /** Ends it, and what it is asked with this; resolves when it is gone. */
  end(reason: unknown): Promise<void>;
}

/** Starts the process in its place. What ends it is the answer to what it was asked last. */
export async function startPictureProcess(sandbox: Sandbox): Promise<PictureProcess> {
  const { launch, leave } = await sandbox.enter({
    argumentsFor: () => processArguments,
    limits: kernelLimits,
  });
  const ending = new AbortController();
  let asked: Asked | undefined;
  let questions = 0;
  let end: { readonly why: unknown } | undefined;
  let write: (parts: readonly Buffer[]) => void = () => {};

  const settle = (how: (each: Asked) => void) => {
    const each = asked;
    asked = undefined;
    if (each) how(each);
  };
  const isAtItsEnd = (why: unknown) => {
    end ??= { why };
    const first = end;
    settle(({ reject }) => reject(first.why));
  };
  const read = createAnswerReader((answer) => settle(({ resolve }) => resolve(answer)));

  const gone = runGuarded({
    ...launch,
    tool: pictureTool,
    signal: ending.signal,
    ...{ wallClockSeconds: NEVER_SECONDS, stallSeconds: NEVER_SECONDS, maximumMemoryBytes: memoryBytes },
    maximumOutputBytes: Number.MAX_SAFE_INTEGER,
    onOutput: read,
    onStart(standardInput) {
      standardInput.on('error', () => {}); // It says itself why it takes no more.
      write = (parts) => {
        for (const part of parts) standardInput.write(part);
      };
    },
  })
    .then(
      (result: ToolResult) => endOfProcess(result),
      (error: unknown) =>
        error instanceof MediaFlowError
          ? error
          : unavailable('picture_tool_missing', `The process of the pictures failed: ${messageOf(error)}`),
    )
    .finally(leave)
    .then(isAtItsEnd);

  return {
    get isOver() {
      return end !== undefined || questions >= MOST_QUESTIONS;
    },
    ask(head, bytes) {
      questions += 1;
      return new Promise((resolve, reject) => {
        // It may go while the picture is being read: nobody would answer any more.
        if (end) return reject(end.why);
        asked = { resolve, reject };
        const text = Buffer.from(JSON.stringify({ ...head, sizeBytes: bytes.length }));
        const length = Buffer.alloc(4);
        length.writeUInt32BE(text.length);
        write([length, text, bytes]);
      });
    },
    async end(reason) {
      // An answer that still comes is too late.
      isAtItsEnd(reason);
      ending.abort(reason);
      await gone;
    },
  };
}
