import { Client } from 'pg';
import { messageOf } from '../../../core/errors.js';
import type { Logger } from '../../../core/logger.js';
import type { Position } from '../../../core/position.js';

export interface HeadWatchOptions {
  readonly connectionString: string;
  readonly pollIntervalMilliseconds: number;
  readonly logger: Logger;
  readHead(): Promise<Position>;
  /** What a notification's text says about the head, if anything. */
  positionIn(notification: string): Position | undefined;
}

/** Knows, late but surely, how far the log has grown: one listener and one poll for all who wait. */
export interface HeadWatch {
  /** The log is known to reach this far. */
  saw(head: Position): void;
  /** How far the log is believed to reach. */
  head(): Position;
  /** A read found nothing beyond `actual`: unless newer word came meanwhile, the belief `claimed` was wrong. */
  retract(claimed: Position, actual: Position): void;
  /** Resolves when the log has grown past a position, or the signal fires. */
  waitPast(position: Position, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

const RECONNECT_MILLISECONDS = { first: 100, maximum: 5_000 };

export function createHeadWatch(options: HeadWatchOptions): HeadWatch {
  const waiting = new Set<{ position: Position; wake: () => void }>();
  let head: Position = '';
  let closed = false;
  let started = false;
  let listener: Client | undefined;
  let pollTimer: NodeJS.Timeout | undefined;
  let reconnectTimer: NodeJS.Timeout | undefined;
  let reconnectMilliseconds = RECONNECT_MILLISECONDS.first;

  function saw(position: Position): void {
    if (position <= head) return;
    head = position;
    for (const waiter of waiting) if (waiter.position < head) waiter.wake();
    // News came without asking: ask again only after a quiet interval.
    pollTimer?.refresh();
  }

  async function poll(): Promise<void> {
    pollTimer = undefined;
    try {
      saw(await options.readHead());
    } catch (error) {
      options.logger.debug({ error: messageOf(error) }, 'Could not ask for the head of the event log');
    }
    keepPolling();
  }

  function keepPolling(): void {
    if (closed || pollTimer || waiting.size === 0) return;
    pollTimer = setTimeout(poll, options.pollIntervalMilliseconds);
  }

  async function listen(): Promise<void> {
    const client = new Client({
      connectionString: options.connectionString,
      application_name: 'mediaflow event log listener',
      keepAlive: true,
    });
    listener = client;
    client.on('notification', ({ payload }) => {
      const position = options.positionIn(payload ?? '');
      if (position !== undefined) saw(position);
    });
    client.on('error', () => {});
    client.once('end', () => {
      if (listener === client) reconnectLater();
    });
    try {
      await client.connect();
      await client.query('listen event_log');
      reconnectMilliseconds = RECONNECT_MILLISECONDS.first;
    } catch (error) {
      options.logger.debug({ error: messageOf(error) }, 'Could not listen to the event log; polling goes on');
      await client.end().catch(() => {});
      if (listener === client) reconnectLater();
    }
  }

  function reconnectLater(): void {
    listener = undefined;
    if (closed) return;
    reconnectTimer = setTimeout(listen, reconnectMilliseconds);
    reconnectMilliseconds = Math.min(reconnectMilliseconds * 2, RECONNECT_MILLISECONDS.maximum);
  }

  return {
    saw,
    head: () => head,
    retract(claimed, actual) {
      if (head === claimed && actual < claimed) head = actual;
    },
    waitPast(position, signal) {
      if (!started && !closed) {
        started = true;
        void listen();
      }
      return new Promise((resolve) => {
        const wake = () => {
          waiting.delete(waiter);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        const waiter = { position, wake };
        if (signal.aborted || head > position || closed) return resolve();
        waiting.add(waiter);
        signal.addEventListener('abort', wake);
        keepPolling();
      });
    },
    async close() {
      closed = true;
      clearTimeout(pollTimer);
      clearTimeout(reconnectTimer);
      for (const waiter of waiting) waiter.wake();
      const client = listener;
      listener = undefined;
      await client?.end().catch(() => {});
    },
  };
}
