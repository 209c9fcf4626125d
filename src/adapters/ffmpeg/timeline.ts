import type { StreamPackets } from './packets.js';

/** Where a stream stands in time, by its packets. */
export interface Timeline {
  readonly packetCount: number;
  /** On the clock of the file, which need not begin at 0. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** Of the last picture or sound: 0 where the container does not tell. */
  readonly lastLastsSeconds: number;
  /** Of all packets on the clock of the file, those that leap away too: what a header tells may be made of them. */
  readonly lastSeconds: number;
  /** Times of presentation, each stretch in order, distinct. */
  readonly stretches: readonly (readonly number[])[];
}

/** From here on ffmpeg takes a step in a stream of broadcast (`AVFMT_TS_DISCONT`) for a new beginning and joins what follows. */
const discontinuity = { ahead: 10, back: 0.1 } as const;
/** In all other containers a picture may stand for minutes; what is this far from the rest is a damaged timestamp. */
const leapSeconds = 3600;
/** Nobody can make sense of more new beginnings; they are not told apart then, and cost nothing. */
const mostStretches = 10_000;
const sameTimeSeconds = 0.0005;

interface Stretch {
  readonly times: number[];
  first: number;
  /** Of the last packet in the order of decoding. */
  lastDecoded: number;
  end: number;
  lastLasts: number;
}

function stretchesOf(packets: StreamPackets, isNew: (step: number) => boolean): Stretch[] {
  const stretches: Stretch[] = [];
  let current: Stretch | undefined;
  for (const [index, shownAt] of packets.shownAt.entries()) {
    const decodedAt = packets.decodedAt[index] ?? shownAt;
    const lasts = packets.lasts[index] ?? 0;
    if (!current || (stretches.length < mostStretches && isNew(decodedAt - current.lastDecoded))) {
      current = { times: [], first: shownAt, lastDecoded: decodedAt, end: shownAt, lastLasts: 0 };
      stretches.push(current);
    }
    current.times.push(shownAt);
    current.lastDecoded = decodedAt;
    current.first = Math.min(current.first, shownAt);
    const end = shownAt + (lasts <= leapSeconds ? lasts : 0);
    if (end >= current.end) {
      current.end = end;
      current.lastLasts = end - shownAt;
    }
  }
  return stretches;
}

const inOrder = (times: readonly number[]): number[] =>
  times
    .toSorted((a, b) => a - b)
    .filter((time, index, all) => time - (all[index - 1] ?? -1e9) > sameTimeSeconds);

/**
 * The timeline of a stream's packets; undefined where there are none. `isBroadcast`: the container may begin anew in the
 * middle, and ffmpeg puts the pieces one behind the other; else what leaps away from the greater part does not count.
 */
export function timelineOf(packets: StreamPackets | undefined, isBroadcast: boolean): Timeline | undefined {
  if (!packets || packets.shownAt.length === 0) return undefined;
  const all = stretchesOf(packets, (step) =>
    isBroadcast ? step > discontinuity.ahead || step < -discontinuity.back : Math.abs(step) > leapSeconds,
  );
  const kept = isBroadcast ? all : nearTheGreatest(all);
  const [first] = kept;
  if (!first) return undefined;
  const last = isBroadcast
    ? (kept.at(-1) ?? first)
    : kept.reduce((latest, stretch) => (stretch.end >= latest.end ? stretch : latest));
  const endSeconds = isBroadcast
    ? kept.reduce((end, stretch) => end + stretch.end - stretch.first, first.first)
    : last.end;
  return {
    packetCount: kept.reduce((count, { times }) => count + times.length, 0),
    startSeconds: isBroadcast
      ? first.first
      : kept.reduce((start, stretch) => Math.min(start, stretch.first), first.first),
    endSeconds,
    lastLastsSeconds: last.lastLasts,
    lastSeconds: all.reduce((end, stretch) => Math.max(end, stretch.end), endSeconds),
    stretches: kept.map(({ times }) => inOrder(times)),
  };
}

/** The stretch with the most packets, and those that are not a leap away from it. */
function nearTheGreatest(stretches: readonly Stretch[]): readonly Stretch[] {
  const greatest = stretches.reduce((best, stretch) =>
    stretch.times.length > best.times.length ? stretch : best,
  );
  return stretches.filter(
    ({ first, end }) => first <= greatest.end + leapSeconds && end >= greatest.first - leapSeconds,
  );
}
