import { once } from 'node:events';
import type { Client, Metadata, MethodDefinition } from '@grpc/grpc-js';

/**
 * One call whose request is a stream: frames are encoded as they can be sent, so that few are in memory. Rejects with what gRPC says, or with
 * the signal's reason; the call is cancelled then.
 */
export async function sendFrames<Frame>(options: {
  readonly client: Client;
  readonly method: MethodDefinition<object, object>;
  readonly metadata: Metadata;
  /** Milliseconds since 1970. */
  readonly deadline: number;
  readonly signal: AbortSignal;
  readonly frames: readonly Frame[];
  readonly encode: (frame: Frame) => Promise<object>;
}): Promise<object> {
  const { client, method, metadata, deadline, signal, frames, encode } = options;
  const { promise: answered, resolve, reject } = Promise.withResolvers<object>();
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  answered.then(over, over);
  const call = client.makeClientStreamRequest(
    method.path,
    method.requestSerialize,
    method.responseDeserialize,
    metadata,
    { deadline },
    (error, answer) => (error ? reject(error) : resolve(answer as object)),
  );
  // What is wrong with the call is told to the callback too.
  call.on('error', () => {});
  const giveUp = () => {
    reject(signal.reason);
    call.cancel();
  };
  signal.addEventListener('abort', giveUp, { once: true });
  const send = async () => {
    for (const frame of frames) {
      const message = await encode(frame);
      if (isOver) return;
      if (!call.write(message)) await Promise.race([once(call, 'drain').catch(() => {}), answered]);
    }
    call.end();
  };
  try {
    send().catch(reject);
    return await answered;
  } finally {
    signal.removeEventListener('abort', giveUp);
    call.cancel();
  }
}
