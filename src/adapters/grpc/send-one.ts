import type { Client, Metadata, MethodDefinition } from '@grpc/grpc-js';

/** One call of one message. Rejects with what gRPC says, or with the signal's reason; the call is cancelled then. */
export async function sendOne(options: {
  readonly client: Client;
  readonly method: MethodDefinition<object, object>;
  readonly metadata: Metadata;
  /** Milliseconds since 1970. */
  readonly deadline: number;
  readonly signal: AbortSignal;
  readonly message: object;
}): Promise<object> {
  const { client, method, metadata, deadline, signal, message } = options;
  const { promise, resolve, reject } = Promise.withResolvers<object>();
  const call = client.makeUnaryRequest(
    method.path,
    method.requestSerialize,
    method.responseDeserialize,
    message,
    metadata,
    { deadline },
    (error, answer) => (error ? reject(error) : resolve(answer as object)),
  );
  const giveUp = () => {
    reject(signal.reason);
    call.cancel();
  };
  signal.addEventListener('abort', giveUp, { once: true });
  return promise.finally(() => signal.removeEventListener('abort', giveUp));
}
