import { createHash } from 'node:crypto';
import { createClient } from '@redis/client';
import { messageOf, unavailable } from '../../../core/errors.js';
import type { Logger } from '../../../core/logger.js';
import { createOutageTeller } from './tell-outages.js';

/** Whoever waits for Redis could have asked the database meanwhile. */
const PATIENCE_MILLISECONDS = 100;
/** Of a server that has fallen silent, this is how often one who nobody waits for asks whether it is back. */
const PROBE_MILLISECONDS = 1_000;
const STEADY_MILLISECONDS = 30_000;
const RECONNECT_MILLISECONDS = { first: 50, maximum: 2_000 };
/** What is sent and not answered yet; more is a server that does not keep up. */
const MOST_UNANSWERED = 10_000;

/**
 * A server that was the primary until another took its place goes on answering, and keeps its connections (redis/node-redis#2326): only a
 * new one leads to the other. Redis before 7 says it in the middle of a sentence.
 */
const NO_PRIMARY = /\bREADONLY\b/;

/** A script on the server, known by its hash once it has been there. */
export interface Script {
  readonly text: string;
  readonly sha: string;
}

export const script = (text: string): Script => ({
  text,
  sha: createHash('sha1').update(text).digest('hex'),
});

/** Writes and leaves nothing, as any script of ours needs to be able to. */
const TRIAL = script(`return redis.call('SET', KEYS[1], '', 'PX', 1)`);

export interface Redis {
  /** Runs a command. Throws `redis_unavailable`, at once as long as the server is known not to answer. */
  command<Reply>(...parts: readonly string[]): Promise<Reply>;
  /** The same of a script of ours: that the server refuses one is the server's trouble, and is said once. */
  run<Reply>(script: Script, keys: readonly string[], values: readonly string[]): Promise<Reply>;
  /** Asks the server. Throws `redis_unavailable`, also while it answers and refuses our scripts. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/**
 * One connection, over which commands follow each other without waiting. Nobody waits long: a command that is not answered in
 * time has failed, and so have all until the server has answered one of ours. A connection on which even that gets no answer may be dead
 * without having ended, and is replaced.
 */
export function openRedis(options: {
  readonly url: string;
  readonly logger: Logger;
  readonly patienceMilliseconds?: number;
  readonly probeMilliseconds?: number;
  /** How long it has to answer before it is said to be back (default 30 s). */
  readonly steadyMilliseconds?: number;
}): Redis {
  const { url, logger } = options;
  const { patienceMilliseconds = PATIENCE_MILLISECONDS, probeMilliseconds = PROBE_MILLISECONDS } = options;
  const outages = createOutageTeller(logger, options.steadyMilliseconds ?? STEADY_MILLISECONDS);
  let isClosed = false;
  let isSilent = false;
  /** What the server said of the last script, where it was not carried out, and a key of that. */
  let refusal: { readonly said: string; readonly key: string } | undefined;
  let replaceAgainAt = 0;
  let timer: NodeJS.Timeout | undefined;
  let client = connect();

  function connect() {
    const opened = createClient({
      url,
      disableOfflineQueue: true,
      commandsQueueMaxLength: MOST_UNANSWERED,
      disableClientInfo: true,
      maintNotifications: 'disabled',
      socket: {
        connectTimeout: 2_000,
        reconnectStrategy: (retries) =>
          Math.min(RECONNECT_MILLISECONDS.first * 2 ** retries, RECONNECT_MILLISECONDS.maximum),
      },
    });
    opened.on('error', (error: unknown) => {
      if (opened === client) tellGone(error);
    });
    opened.on('ready', () => {
      if (opened === client && !isSilent && refusal === undefined) outages.back();
    });
    opened.connect().catch(() => {}); // it goes on trying until it is destroyed, and says so above
    return opened;
  }

  function end(ended: ReturnType<typeof connect>): void {
    // Throws for one that has ended by itself.
    if (ended.isOpen) ended.destroy();
  }

  function tellGone(error: unknown): void {
    if (isClosed) return;
    outages.gone(error, isReply(error) ? 'Redis refuses what is put to it' : 'Redis does not answer');
  }

  async function inTime<Reply>(reply: Promise<Reply>, milliseconds: number): Promise<Reply> {
    const late = Promise.withResolvers<never>();
    const tooLong = setTimeout(() => late.reject(new Error('no answer in time')), milliseconds);
    reply.catch(() => {}); // nobody waits for one that comes too late
    try {
      return await Promise.race([reply, late.promise]);
    } finally {
      clearTimeout(tooLong);
    }
  }

  function fallSilent(error: unknown): void {
    if (isSilent || isClosed) return;
    isSilent = true;
    tellGone(error);
    timer = setTimeout(probe, probeMilliseconds);
  }

  async function probe(): Promise<void> {
    const askedAt = performance.now();
    try {
      await inTime(client.ping(), probeMilliseconds);
      if (isClosed) return;
      // Slower than anybody waits it is of no use yet, but its connection lives.
      if (performance.now() - askedAt > patienceMilliseconds) {
        timer = setTimeout(probe, probeMilliseconds);
        return;
      }
      isSilent = false;
      if (refusal === undefined) outages.back();
    } catch {
      if (isClosed) return;
      end(client);
      isSilent = false;
      client = connect();
    }
  }

  /** The next script that is carried out shows that it is over. */
  function beRefused(error: unknown, key: string): void {
    refusal = { said: messageOf(error), key };
    tellGone(error);
    if (!NO_PRIMARY.test(refusal.said) || isClosed || performance.now() < replaceAgainAt) return;
    replaceAgainAt = performance.now() + probeMilliseconds;
    end(client);
    client = connect();
  }

  function beServed(): void {
    if (refusal === undefined) return;
    refusal = undefined;
    outages.back();
  }

  const away = (error: unknown, what = 'Redis does not answer') =>
    unavailable('redis_unavailable', what, {}, error);

  /** What the server itself refuses is an answer too. */
  const isReply = (error: unknown): boolean => error instanceof Error && /^[A-Z]+ /.test(error.message);

  async function command<Reply>(...parts: readonly string[]): Promise<Reply> {
    if (isSilent || !client.isReady) throw away(new Error('not connected'));
    const asked = client;
    try {
      return await inTime(asked.sendCommand<Reply>(parts), patienceMilliseconds);
    } catch (error) {
      if (isReply(error)) throw error;
      if (asked === client) fallSilent(error);
      throw away(error);
    }
  }

  async function run<Reply>(called: Script, keys: readonly string[], values: readonly string[]) {
    const rest = [String(keys.length), ...keys, ...values];
    try {
      const reply = await command<Reply>('EVALSHA', called.sha, ...rest).catch((error: unknown) => {
        if (!messageOf(error).startsWith('NOSCRIPT')) throw error;
        return command<Reply>('EVAL', called.text, ...rest);
      });
      beServed();
      return reply;
    } catch (error) {
      if (isReply(error)) beRefused(error, keys[0] ?? '');
      throw error;
    }
  }

  return {
    command,
    run,

    async ping() {
      await command('PING');
      if (!refusal) return;
      await run(TRIAL, [`${refusal.key}:trial`], []).catch((error: unknown) => {
        throw away(error, `Redis refuses what is put to it: ${messageOf(error)}`);
      });
    },

    async close() {
      isClosed = true;
      outages.close();
      clearTimeout(timer);
      end(client);
    },
  };
}
