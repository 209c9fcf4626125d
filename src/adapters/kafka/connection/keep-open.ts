import { setTimeout as delay } from 'node:timers/promises';
import { MediaFlowError, unavailable } from '../../../core/errors.js';
import { inTime } from './deadline.js';
import { kafkaTrouble } from './kafka-errors.js';
import type { KafkaRole, OpenClient } from './open-client.js';

/** A client that is opened by the first who needs it, and again after it has failed. */
export interface KeptOpen<Role extends KafkaRole> {
  /**
   * What has failed is tried again, over a new client, so it may be done several times: leaders change, and connections that
   * nobody used are gone. Throws unavailable `kafka_unavailable`.
   */
  use<Result>(what: string, task: (client: Role) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

const PAUSES_MILLISECONDS = [50, 300];

export function keepOpen<Role extends KafkaRole>(
  open: () => Promise<OpenClient<Role>>,
  /** How long a task may take. */
  milliseconds: number,
): KeptOpen<Role> {
  let current: Promise<OpenClient<Role>> | undefined;
  let isClosed = false;

  async function letGo(client: Promise<OpenClient<Role>>): Promise<void> {
    if (current === client) current = undefined;
    await client.then(
      (opened) => opened.close(),
      () => {},
    );
  }

  async function attempt<Result>(what: string, task: (client: Role) => Promise<Result>): Promise<Result> {
    current ??= open();
    const mine = current;
    try {
      const { client } = await mine;
      return await inTime(task(client), { what, milliseconds });
    } catch (error) {
      void letGo(mine);
      throw error;
    }
  }

  return {
    async use(what, task) {
      for (const pause of [...PAUSES_MILLISECONDS, undefined]) {
        if (isClosed) break;
        try {
          return await attempt(what, task);
        } catch (error) {
          if (pause === undefined || isFinal(error)) throw kafkaTrouble(error);
          await delay(pause);
        }
      }
      throw unavailable('kafka_unavailable', 'Kafka: the client is closed');
    },
    async close() {
      isClosed = true;
      if (current) await letGo(current);
    },
  };
}

/** Brokers that nobody reaches were tried for long enough; what an error of ours says is so. */
const isFinal = (error: unknown): boolean => error instanceof MediaFlowError;
