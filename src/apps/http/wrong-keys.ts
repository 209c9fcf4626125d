import { isIPv6 } from 'node:net';
import { MediaFlowError } from '../../core/errors.js';
import type { Logger } from '../../core/logger.js';
import type { Allowance, RateCounters } from '../../core/rate-counters.js';

/** Tries an address has at once, and how soon it gets one more: enough for people, nothing for those who guess. */
const TRIES: Allowance = { atOnce: 50, secondsEach: 2 };
const LINES_A_MINUTE = 10;

/** What tells one caller from others: an IPv6 subscriber has a /64 of addresses, and IPv4 may come mapped into IPv6. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped || !isIPv6(address)) return mapped ?? address;
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const groups = head === '' ? [] : head.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length);
  const all = [...groups, ...Array<string>(Math.max(0, missing)).fill('0'), ...(tail ? tail.split(':') : [])];
  const network = all.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}

/** Heard of with every key that is none of ours. Throws `too_many_wrong_keys` when there were too many of late. */
export type RefuseWrongKey = (address: string) => Promise<void>;

export type WrongKeyOutcome = 'told' | 'throttled';

/**
 * Slows down, logs and counts those who show wrong keys, by network. Right keys never come here, so nobody who has one is
 * held up by others. The log gets a few lines a minute, whatever comes in.
 */
export function createWrongKeys(options: {
  readonly counters: RateCounters;
  readonly logger: Logger;
  readonly count: (outcome: WrongKeyOutcome) => void;
  /** Milliseconds, from any beginning. */
  readonly now?: () => number;
}): RefuseWrongKey {
  const { counters, logger, count, now = () => performance.now() } = options;
  const log = atMostAMinute(LINES_A_MINUTE, now);

  return async (address) => {
    const network = networkOf(address);
    const { isAllowed, retryAfterSeconds } = await counters.take(`wrong-keys:${network}`, TRIES);
    count(isAllowed ? 'told' : 'throttled');
    log((unlogged) =>
      logger.warn(
        { address: network, throttled: !isAllowed, unlogged },
        'somebody shows a key that is none of ours',
      ),
    );
    if (!isAllowed)
      throw new MediaFlowError(
        'too-many',
        'too_many_wrong_keys',
        'Too many wrong keys have come from here.',
        { retryAfterSeconds: Math.ceil(retryAfterSeconds) },
      );
  };
}

/** Calls back so many times a minute at most, with how many calls were left out since the last. */
function atMostAMinute(times: number, now: () => number) {
  let since = Number.NEGATIVE_INFINITY;
  let called = 0;
  let leftOut = 0;
  return (call: (leftOut: number) => void): void => {
    if (now() - since >= 60_000) {
      since = now();
      called = 0;
    }
    if (called >= times) {
      leftOut++;
      return;
    }
    called++;
    call(leftOut);
    leftOut = 0;
  };
}
