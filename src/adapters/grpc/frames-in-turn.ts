import type { MediaFlowError } from '../../core/errors.js';
import type { RgbImage } from '../../core/video-tools.js';
import { rgbOf } from './jpeg-frames.js';

/** Decoded while a model looks at one before: more would hold memory, and make nobody faster. */
const AHEAD = 3;

/**
 * Has each frame of a stream looked at, in order, a few decoded ahead. The stream is read as fast as that goes, so its sender waits. What is given
 * up or fails ends the whole; nothing of it goes on.
 */
export async function framesInTurn<Answer>(options: {
  readonly frames: AsyncIterable<{ readonly jpeg: Uint8Array }> & { destroy(error?: Error): unknown };
  readonly maximumFrames: number;
  readonly tooMany: () => MediaFlowError;
  readonly signal: AbortSignal;
  readonly infer: (image: RgbImage, signal: AbortSignal) => Promise<Answer>;
}): Promise<readonly Answer[]> {
  const { frames, maximumFrames, tooMany, infer } = options;
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

  const read = async () => {
    for await (const { jpeg } of frames) {
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
