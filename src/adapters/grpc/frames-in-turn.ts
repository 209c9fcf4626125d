import { type MediaFlowError, unavailable } from '../../core/errors.js';
import type { RgbImage } from '../../core/video-tools.js';
import { rgbOf } from './jpeg-frames.js';

/** Decoded while a model looks at one before: more would hold memory, and make nobody faster. */
const AHEAD = 3;
/** Who sends nothing for so long while we wait for it is gone, whatever its connection says. */
const SILENCE_SECONDS = 30;

/**
 * Has each frame of a stream looked at, in order, a few decoded ahead. The stream is read as fast as that goes, so its sender waits. What is given
 * up or fails ends the whole; nothing of it goes on.
 */
export async function framesInTurn<Answer>(options: {
  readonly frames: AsyncIterable<{ readonly jpeg: Uint8Array }> & { destroy(error?: Error): unknown };
  readonly maximumFrames: number;
  readonly tooMany: () => MediaFlowError;
  readonly signal: AbortSignal;
  readonly silenceSeconds?: number | undefined;
  readonly infer: (image: RgbImage, signal: AbortSignal) => Promise<Answer>;
}): Promise<readonly Answer[]> {
  const { frames, maximumFrames, tooMany, infer, silenceSeconds = SILENCE_SECONDS } = options;
  const failing = new AbortController();
  const signal = AbortSignal.any([options.signal, failing.signal]);
  const { promise: ended, reject } = Promise.withResolvers<never>();
  ended.catch(() => {});
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  const under = new Set<Promise<unknown>>();
  const answers: Promise<Answer>[] = [];

  const begin = (jpeg: Uint8Array): void => {
    const answer = rgbOf(jpeg).then((image) => infer(image, signal));
    answers.push(answer);
    under.add(answer);
    answer.then(
      () => under.delete(answer),
      (error: unknown) => failing.abort(error),
    );
  };

  const arriving = frames[Symbol.asyncIterator]();
  async function nextFrame() {
    const silence = setTimeout(() => failing.abort(silent(silenceSeconds)), silenceSeconds * 1000);
    try {
      return await arriving.next();
    } finally {
      clearTimeout(silence);
    }
  }

  const read = async () => {
    for (let next = await nextFrame(); !next.done; next = await nextFrame()) {
      const { jpeg } = next.value;
      if (answers.length >= maximumFrames) throw tooMany();
      while (under.size >= AHEAD) await Promise.race(under);
      signal.throwIfAborted();
      begin(jpeg);
    }
    return Promise.all(answers);
  };
  const all = read();
  try {
    return await Promise.race([all, ended]);
  } catch (error) {
    failing.abort(error);
    all.catch(() => {});
    throw error;
  }
}

const silent = (seconds: number) =>
  unavailable(
    'inference_given_up',
    `No frame has come for ${seconds} s: nobody is taken to be there any more.`,
  );
