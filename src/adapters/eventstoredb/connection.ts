import { EventStoreDBClient } from '@eventstore/db-client';
import { unavailable } from '../../core/errors.js';
import type { Logger } from '../../core/logger.js';
import { clientReconnects, LostConnectionError, told } from './failures.js';

/** Trouble shorter than this is an election, of which nobody needs to hear. */
const AWAY_AFTER_MILLISECONDS = 2_000;

/** The way to the engine, whichever node leads and however often it has to be found anew. */
export interface Connection {
  /** Runs a call, which throws what it meets in the port's words. Nothing of it is repeated. */
  call<Result>(work: (client: EventStoreDBClient) => Promise<Result>): Promise<Result>;
  client(): EventStoreDBClient;
  /** Whether it was given up, and with it what was under way on it. */
  isGivenUp(client: EventStoreDBClient): boolean;
  /** Of calls that go on for long, such as subscriptions. */
  failed(client: EventStoreDBClient, error: unknown): void;
  succeeded(): void;
  close(): Promise<void>;
}

export function createConnection(options: {
  readonly connectionString: string;
  readonly logger: Logger;
  readonly nowMilliseconds?: () => number;
}): Connection {
  const { logger, nowMilliseconds = () => performance.now() } = options;
  let client = openClient(options.connectionString);
  let closed = false;
  let failingSince: number | undefined;
  let isAway = false;

  function replace(failed: EventStoreDBClient): void {
    if (failed !== client || closed) return;
    client = openClient(options.connectionString);
    void closeClient(failed);
  }

  function failed(by: EventStoreDBClient, error: unknown): void {
    const { kind, message } = told(error);
    if (kind !== 'unavailable' || closed) return;
    if (!clientReconnects(error)) replace(by);
    failingSince ??= nowMilliseconds();
    if (isAway || nowMilliseconds() - failingSince < AWAY_AFTER_MILLISECONDS) return;
    isAway = true;
    logger.warn({ error: reasonOf(error) }, `${message}: waiting for it`);
  }

  function succeeded(): void {
    failingSince = undefined;
    if (!isAway) return;
    isAway = false;
    logger.info({}, 'The event store is there again');
  }

  return {
    client: () => client,
    isGivenUp: (asked) => closed || asked !== client,
    failed,
    succeeded,
    async call(work) {
      if (closed) throw unavailable('event_store_closed', 'The event store is closed');
      const by = client;
      try {
        const result = await work(by);
        succeeded();
        return result;
      } catch (error) {
        failed(by, error);
        throw told(error);
      }
    },
    async close() {
      closed = true;
      await closeClient(client);
    },
  };
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Rejects when nothing came of it in time: of what the client does before a call (finding the leader) it knows no limit. */
export async function within<Result>(milliseconds: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new LostConnectionError('No answer in time')), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What the client keeps to itself. */
interface ClientInside {
  supports(): Promise<boolean>;
  getChannel(): Promise<{ close(): void }>;
}

/**
 * One call an append, not all appends on one stream of messages, which the client prefers where the server knows it: the client
 * keeps what waits of all its streams in one list, a stream that breaks clears that of the others, and the answer to what was
 * cleared is an exception that nobody can catch. A call of its own also has a deadline.
 */
function openClient(connectionString: string): EventStoreDBClient {
  const client = EventStoreDBClient.connectionString(connectionString);
  inside(client).supports = async () => false;
  return client;
}

async function closeClient(client: EventStoreDBClient): Promise<void> {
  const channel = inside(client).getChannel();
  // Its own way to close ends calls and leaves the connection open.
  channel.then((opened) => opened.close()).catch(() => {});
  await client.dispose();
}

const inside = (client: EventStoreDBClient): ClientInside => client as unknown as ClientInside;
