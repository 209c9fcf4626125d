import { Readable } from 'node:stream';

/** The code of the error a promise ends in; `no error` when it ends well. */
export const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: { code?: string }) => error.code ?? error,
  );

/** The chunks, each as bytes of its own. */
export const streamOf = (...chunks: string[]): Readable =>
  Readable.from(
    chunks.map((chunk) => Buffer.from(chunk)),
    { objectMode: false },
  );

/** Delivers some bytes and then breaks, as a dropped connection does. */
export const brokenStream = (...chunks: string[]): Readable =>
  Readable.from(
    (async function* () {
      for (const chunk of chunks) yield Buffer.from(chunk);
      throw Object.assign(new Error('connection lost'), { code: 'ECONNRESET' });
    })(),
    { objectMode: false },
  );
