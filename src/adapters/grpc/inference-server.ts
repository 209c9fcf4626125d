import {
  Server,
  ServerCredentials,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { messageOf, unavailable } from '../../core/errors.js';
import type { InferenceClient } from '../../core/inference/inference-client.js';
import { type InferenceTask, inferenceTaskNames } from '../../core/inference/task-table.js';
import type { Logger } from '../../core/logger.js';
import { answerCall, type ServeCall } from './answer-call.js';
import { createHealth } from './health.js';
import {
  INFERENCE_SERVICE,
  inferenceProto,
  inferenceService,
  MAXIMUM_MESSAGE_BYTES,
} from './inference-proto.js';
import { addReflection } from './reflection.js';
import { wireTasks } from './wire-tasks.js';

/** What is under way at a stop has this long to end; its caller asks another process for the rest. */
const GRACE_MILLISECONDS = 5_000;

export interface InferenceServerOptions {
  readonly inference: InferenceClient;
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly tls?:
    | {
        readonly certificate: Buffer;
        readonly key: Buffer;
        /** Callers have to show a certificate that these signed; undefined asks for none. */
        readonly clientAuthorities?: Buffer;
      }
    | undefined;
  /** What callers have to bring; undefined lets everybody ask. */
  readonly key?: string | undefined;
  /** How many calls may be under way; of more each is told to come again. */
  readonly maximumCalls: number;
  /** How long a caller may leave us waiting for a frame; half a minute unless told otherwise. */
  readonly silenceSeconds?: number;
  /** Tells of each call from outside. */
  readonly observe: ServeCall['observe'];
  readonly logger: Logger;
}

export interface InferenceServer {
  readonly port: number;
  underWay(): number;
  /** Ends everything at once, as when the process is killed. */
  kill(): void;
  /** From now on nobody new is served; resolves when those under way have been, or had their time. */
  close(): Promise<void>;
}

/** Serves models over gRPC (`proto/inference/v1`), with the services by which tools look at it. Rejects with `unavailable` where nobody can listen. */
export async function openInferenceServer(options: InferenceServerOptions): Promise<InferenceServer> {
  const { host, port, tls, logger } = options;
  const server = new Server({
    'grpc.max_receive_message_length': MAXIMUM_MESSAGE_BYTES,
    // Each connection may have so many calls; how many there may be in all is counted beside.
    'grpc.max_concurrent_streams': 1000,
    // A caller whose machine or line went away without a word would keep its places for ever.
    'grpc.keepalive_time_ms': 30_000,
    'grpc.keepalive_timeout_ms': 10_000,
  });
  const calls: ServeCall = { ...options, underWay: new Set() };
  const implemented = inferenceTaskNames.filter((task) => wireTasks[task]);
  const handlers = Object.fromEntries(
    implemented.map((task) => [wireTasks[task]?.method, handlerOf(task, calls)]),
  );
  server.addService(inferenceService, handlers as UntypedServiceImplementation);
  const health = createHealth([INFERENCE_SERVICE]);
  server.addService(health.service, health.implementation);
  addReflection(server as { addService(service: ServiceDefinition, handlers: object): void }, [
    { definitions: inferenceProto, services: [INFERENCE_SERVICE] },
    { definitions: health.definitions, services: ['grpc.health.v1.Health'] },
  ]);
  const security = tls
    ? ServerCredentials.createSsl(
        tls.clientAuthorities ?? null,
        [{ cert_chain: tls.certificate, private_key: tls.key }],
        tls.clientAuthorities !== undefined,
      )
    : ServerCredentials.createInsecure();
  const bound = await new Promise<number>((resolve, reject) =>
    server.bindAsync(`${host.includes(':') ? `[${host}]` : host}:${port}`, security, (error, boundPort) =>
      error ? reject(cannotListen(host, port, error)) : resolve(boundPort),
    ),
  );
  logger.info({ host, port: bound }, 'Inference is served');
  return {
    port: bound,
    underWay: () => calls.underWay.size,
    kill: () => server.forceShutdown(),
    async close() {
      health.end();
      const ended = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
      const late = setTimeout(() => server.forceShutdown(), GRACE_MILLISECONDS);
      await ended;
      clearTimeout(late);
    },
  };
}

const handlerOf =
  (task: InferenceTask, calls: ServeCall) =>
  (
    call: ServerReadableStream<{ readonly jpeg: Uint8Array }, object> | ServerUnaryCall<object, object>,
    respond: sendUnaryData<object>,
  ) =>
    void answerCall(task, call, calls).then(
      (answer) => respond(null, answer),
      (status) => respond(status),
    );

const cannotListen = (host: string, port: number, error: Error) =>
  unavailable('inference_port_taken', `Nobody can listen at ${host}:${port}: ${messageOf(error)}`);
