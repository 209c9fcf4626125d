import type { Admin, Consumer, Kafka as KafkaJs, Producer, RequestTimeoutEvent } from 'kafkajs';
import type { Logger } from '../../../core/logger.js';
import { inTime } from './deadline.js';
import { kafkaTrouble } from './kafka-errors.js';
import { Kafka, logLevel } from './kafkajs.js';
import { mendConnection } from './mend-connection.js';
import { mendRequestQueue } from './mend-request-queue.js';
import type { KafkaSettings } from './settings.js';
import { trackSockets } from './sockets.js';
import { provideZstd } from './zstd.js';

export type KafkaRole = Admin | Consumer | Producer;

/** A connected client of kafkajs. */
export interface OpenClient<Role extends KafkaRole> {
  readonly client: Role;
  /** Connections there are. */
  connections(): number;
  /** Within seconds, whatever the brokers do, and nothing of it is left. Safe to call twice. */
  close(): Promise<void>;
}

const CONNECT_MILLISECONDS = 15_000;
const CLOSE_MILLISECONDS = 3_000;
const REQUEST_MILLISECONDS = 10_000;

/**
 * Opens one role of kafkajs on connections of its own, with what is known to stall it worked around:
 *
 * - A request that has no answer in time fails, and its connection goes with it. kafkajs leaves it open and sends the next
 *   one down the same dead line, for ever (tulios/kafkajs#919).
 * - `disconnect` waits for answers that never come, and a client that is closed while it retries connects again
 *   (#1147, #852): after three seconds its connections are cut, and it can make no others.
 * - Connections that are given up are cut, not just ended: beside a broker that hangs they would pile up.
 * - A connection that broke in the middle of an answer begins anew: see `mendConnection`.
 * - Idle connections cost nothing: see `mendRequestQueue`.
 *
 * What kafkajs has to say of its retries is logged as detail; who uses a client says once what it means. Throws
 * unavailable `kafka_unavailable`.
 */
export async function openClient<Role extends KafkaRole>(options: {
  readonly settings: KafkaSettings;
  readonly logger: Logger;
  readonly make: (kafka: KafkaJs) => Role;
  /** How long a request may wait for its answer (default 10 s). */
  readonly requestMilliseconds?: number;
}): Promise<OpenClient<Role>> {
  const { settings, logger, requestMilliseconds = REQUEST_MILLISECONDS } = options;
  mendConnection();
  mendRequestQueue();
  provideZstd();
  const sockets = trackSockets();
  const kafka = new Kafka({
    brokers: [...settings.brokers],
    clientId: settings.clientId,
    ...(settings.tls ? { ssl: settings.tls } : {}),
    ...(settings.sasl ? { sasl: settings.sasl as never } : {}),
    socketFactory: sockets.factory,
    connectionTimeout: 5_000,
    authenticationTimeout: 10_000,
    requestTimeout: requestMilliseconds,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 5 },
    logLevel: logLevel.INFO,
    logCreator:
      () =>
      ({ namespace, log: { message, timestamp: _, logger: __, ...details } }) =>
        logger.debug({ ...details, kafkajs: namespace }, message),
  });
  const client = options.make(kafka);
  const onTimeout = ({ payload: { broker, apiName } }: RequestTimeoutEvent): void =>
    sockets.cut(broker, `no answer to ${apiName} for ${requestMilliseconds / 1000} s`);
  // The roles' events are the same, their types are not.
  (client as Producer).on((client as Producer).events.REQUEST_TIMEOUT, onTimeout);

  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    const ended = inTime(client.disconnect(), { what: 'closing', milliseconds: CLOSE_MILLISECONDS });
    await ended.catch((error: unknown) => logger.debug({ error: String(error) }, 'Kafka client cut off'));
    sockets.close();
  }

  const open: OpenClient<Role> = {
    client,
    connections: sockets.count,
    close() {
      closing ??= close();
      return closing;
    },
  };
  try {
    await inTime(client.connect(), { what: 'connecting', milliseconds: CONNECT_MILLISECONDS });
  } catch (error) {
    await open.close();
    throw kafkaTrouble(error);
  }
  return open;
}
