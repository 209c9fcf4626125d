import { isIPv6 } from 'node:net';
import { MediaFlowError } from '../../core/errors.js';
import type { Logger } from '../../core/logger.js';

/** Tries an address has at once, and how soon it gets one more: enough for people, nothing for those who guess. */
const TRIES = 50;
const SECONDS_A_TRY = 2;
/** Of the addresses heard of most recently; whoever has been quiet for two minutes has all tries again anyway. */
const ADDRESSES_KNOWN = 10_000;
const LINES_A_MINUTE = 10;

interface Tries {
  left: number;
  at: number;
}

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
export type RefuseWrongKey = (address: string) => void;

export type WrongKeyOutcome = 'told' | 'throttled';

/**
 * Slows down, logs and counts those who show wrong keys, by network. Right keys never come here, so nobody who has one is
 * held up by others. The log gets a few lines a minute, whatever comes in.
 */
export function createWrongKeys(options: {
  readonly logger: Logger;
  readonly count: (outcome: WrongKeyOutcome) => void;
  /** Milliseconds, from any beginning. */
  readonly now?: () => number;
}): RefuseWrongKey {
  const { logger, count, now = () => performance.now() } = options;
  // In the order they were heard of last, so that the first one is the one to forget.
  const known = new Map<string, Tries>();
  const log = atMostAMinute(LINES_A_MINUTE, now);

  function triesOf(network: string): Tries {
    const time = now();
    const before = known.get(network) ?? { left: TRIES, at: time };
    const gained = (time - before.at) / 1000 / SECONDS_A_TRY;
    const tries = { left: Math.min(TRIES, before.left + gained), at: time };
    known.delete(network);
    if (known.size >= ADDRESSES_KNOWN) known.delete(known.keys().next().value ?? '');
    known.set(network, tries);
    return tries;
  }

  return (address) => {
    const network = networkOf(address);
    const tries = triesOf(network);
    const isThrottled = tries.left < 1;
    count(isThrottled ? 'throttled' : 'told');
    log((unlogged) =>
      logger.warn(
        { address: network, throttled: isThrottled, unlogged },
        'somebody shows a key that is none of ours',
      ),
    );
    if (isThrottled)
      throw new MediaFlowError(
        'too-many',
        'too_many_wrong_keys',
        'Too many wrong keys have come from here.',
        {
          retryAfterSeconds: Math.ceil((1 - tries.left) * SECONDS_A_TRY),
        },
      );
    tries.left--;
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
