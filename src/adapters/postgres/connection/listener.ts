import { Client } from 'pg';
import { messageOf } from '../../../core/errors.js';
import type { Logger } from '../../../core/logger.js';
import { patience, soon } from './patience.js';

/** Hears what others tell through the database. Only hints: what is told while the connection is away is lost. */
export interface Listener {
  /**
   * Calls back from now on; `onLost` when anything may have been missed: as the connection breaks, and again when the
   * next one hears, since the database may have crashed in between.
   */
  listen(channel: string, onNotification: (payload: string) => void, onLost?: () => void): void;
  /**
   * For whoever lost another connection to the same database: that may have crashed, and this one has not heard yet. All are
   * told of a loss at once, and whether this one still lives is asked.
   */
  suspect(): void;
  close(): Promise<void>;
}

const RECONNECT_MILLISECONDS = { first: 100, maximum: 5_000 };
interface Hearer {
  onNotification(payload: string): void;
  onLost(): void;
}

/** One connection for all channels of a process, made when the first is listened to, and again when it is lost. */
export function createListener(options: {
  readonly connectionString: string;
  readonly logger: Logger;
  /** A connection on which nothing is said is asked so often whether it still lives (default 10 000). */
  readonly checkMilliseconds?: number;
}): Listener {
  const channels = new Map<string, Hearer[]>();
  let client: Client | undefined;
  let isListening = false;
  /** Of which it is being asked whether it lives. */
  let checked: Client | undefined;
  let wasLost = false;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let pauseMilliseconds = RECONNECT_MILLISECONDS.first;

  async function connect(): Promise<void> {
    const connecting = new Client({
      ...patience,
      ...soon,
      connectionString: options.connectionString,
      application_name: 'mediaflow-listener',
    });
    client = connecting;
    connecting.on('notification', ({ channel, payload = '' }) => {
      for (const hearer of channels.get(channel) ?? []) hearer.onNotification(payload);
    });
    connecting.on('error', () => {});
    connecting.once('end', () => lose(connecting, new Error('the connection ended')));
    try {
      await connecting.connect();
      for (const channel of channels.keys()) await connecting.query(`listen ${channel}`);
      isListening = client === connecting;
      if (isListening && wasLost) {
        wasLost = false;
        tellLoss();
      }
      pauseMilliseconds = RECONNECT_MILLISECONDS.first;
      checkLater(connecting);
    } catch (error) {
      lose(connecting, error);
    }
  }

  function checkLater(listening: Client): void {
    if (client !== listening) return;
    timer = setTimeout(() => check(listening), options.checkMilliseconds ?? 10_000);
  }

  function check(listening: Client): void {
    clearTimeout(timer);
    if (checked === listening) return;
    checked = listening;
    listening.query('select 1').then(
      () => {
        checked = undefined;
        checkLater(listening);
      },
      (error: unknown) => lose(listening, error),
    );
  }

  function tellLoss(): void {
    for (const hearer of [...channels.values()].flat()) hearer.onLost();
  }

  function lose(lost: Client, error: unknown): void {
    if (client !== lost) return;
    options.logger.debug({ error: messageOf(error) }, 'Cannot listen to the database; polling goes on');
    client = undefined;
    isListening = false;
    lost.end().catch(() => {});
    wasLost = true;
    tellLoss();
    clearTimeout(timer);
    timer = setTimeout(connect, pauseMilliseconds);
    pauseMilliseconds = Math.min(pauseMilliseconds * 2, RECONNECT_MILLISECONDS.maximum);
  }

  return {
    listen(channel, onNotification, onLost = () => {}) {
      if (closed) return;
      const hearers = channels.get(channel);
      if (hearers) return void hearers.push({ onNotification, onLost });
      channels.set(channel, [{ onNotification, onLost }]);
      const listening = client;
      if (channels.size === 1) void connect();
      else if (listening && isListening)
        listening.query(`listen ${channel}`).catch((error: unknown) => lose(listening, error));
    },
    suspect() {
      if (closed || !client) return;
      tellLoss();
      if (isListening) check(client);
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      const last = client;
      client = undefined;
      await last?.end().catch(() => {});
    },
  };
}
