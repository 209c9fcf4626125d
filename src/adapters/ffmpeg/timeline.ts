/** When a packet is decoded, shown and for how long, in seconds. */
export interface Timing {
  readonly decodedAt: number;
  readonly shownAt: number;
  readonly lasts: number;
  /** Decoding may begin with it. */
  readonly isKey?: boolean;
}

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
  /** From any moment back to the keyframe before it, at the most; absent where times leap, or may. */
  readonly longestSeekSeconds?: number;
  /** Times of presentation of the first packets, each stretch in order, distinct. */
  readonly stretches: readonly (readonly number[])[];
}

/** By the index of their stream; there is none of a stream without packets. */
export type Timelines = ReadonlyMap<number, Timeline | undefined>;

/** Takes the packets of one stream in the order of the file. */
export interface TimelineReader {
  take(packet: Timing): void;
  /** Undefined when there were none. */
  timeline(): Timeline | undefined;
}

/** From here on ffmpeg takes a step in a stream of broadcast (`AVFMT_TS_DISCONT`) for a new beginning and joins what follows. */
const discontinuity = { ahead: 10, back: 0.1 } as const;
/** In all other containers a picture may stand for minutes; what is this far from the rest is a damaged timestamp. */
const leapSeconds = 3600;
/** Nobody can make sense of more new beginnings in a file; they are not told apart then, and cost nothing. */
const mostStretches = 10_000;
/** How many new beginnings may still be told apart, in all streams together. */
export interface StretchBudget {
  left: number;
}
export const newStretchBudget = (): StretchBudget => ({ left: mostStretches });
/** Two hours at 25 a second: enough to know a rate by, whatever follows. */
const mostTimes = 180_000;
const sameTimeSeconds = 0.0005;

interface Stretch {
  /** Of its first packets. */
  readonly times: number[];
  packetCount: number;
  first: number;
  /** Of the last packet in the order of decoding. */
  lastDecoded: number;
  end: number;
  lastLasts: number;
  lastKey: number;
  longestSeek: number;
}

function createStretches(isNew: (step: number) => boolean, budget: StretchBudget) {
  const stretches: Stretch[] = [];
  let current: Stretch | undefined;
  const take: TimelineReader['take'] = ({ shownAt, decodedAt, lasts, isKey = false }) => {
    if (!current || (budget.left > 0 && isNew(decodedAt - current.lastDecoded))) {
      budget.left -= 1;
      current = {
        times: [],
        packetCount: 0,
        first: shownAt,
        lastDecoded: decodedAt,
        end: shownAt,
        lastLasts: 0,
        lastKey: shownAt,
        longestSeek: 0,
      };
      stretches.push(current);
    }
    if (current.packetCount < mostTimes) current.times.push(shownAt);
    current.packetCount += 1;
    current.lastDecoded = decodedAt;
    current.first = Math.min(current.first, shownAt);
    current.longestSeek = Math.max(current.longestSeek, shownAt - current.lastKey);
    if (isKey) current.lastKey = shownAt;
    const end = shownAt + (lasts <= leapSeconds ? lasts : 0);
    if (end >= current.end) {
      current.end = end;
      current.lastLasts = end - shownAt;
    }
  };
  return { stretches, take };
}

const inOrder = (times: readonly number[]): number[] =>
  times
    .toSorted((a, b) => a - b)
    .filter((time, index, all) => time - (all[index - 1] ?? -1e9) > sameTimeSeconds);

/** The first times of all stretches together. */
function firstTimes(stretches: readonly Stretch[]): readonly (readonly number[])[] {
  let left = mostTimes;
  return stretches.flatMap(({ times }) => {
    const first = times.slice(0, left);
    left -= first.length;
    return first.length > 0 ? [inOrder(first)] : [];
  });
}

/**
 * Makes the timeline of a stream's packets. `isBroadcast`: the container may begin anew in the middle, and ffmpeg puts the
 * pieces one behind the other; else what leaps away from the greater part does not count.
 */
export function createTimelineReader(isBroadcast: boolean, budget = newStretchBudget()): TimelineReader {
  const isNew = (step: number) =>
    isBroadcast ? step > discontinuity.ahead || step < -discontinuity.back : Math.abs(step) > leapSeconds;
  const { stretches, take } = createStretches(isNew, budget);
  return { take, timeline: () => timelineOf(stretches, isBroadcast) };
}

function timelineOf(all: readonly Stretch[], isBroadcast: boolean): Timeline | undefined {
  if (all.length === 0) return undefined;
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
    packetCount: kept.reduce((sum, { packetCount }) => sum + packetCount, 0),
    startSeconds: isBroadcast
      ? first.first
      : kept.reduce((start, stretch) => Math.min(start, stretch.first), first.first),
    endSeconds,
    lastLastsSeconds: last.lastLasts,
    ...(isBroadcast || all.length > 1 ? {} : { longestSeekSeconds: first.longestSeek }),
    lastSeconds: all.reduce((end, stretch) => Math.max(end, stretch.end), endSeconds),
    stretches: firstTimes(kept),
  };
}

/** The stretch with the most packets, and those that are not a leap away from it. */
function nearTheGreatest(stretches: readonly Stretch[]): readonly Stretch[] {
  const greatest = stretches.reduce((best, stretch) =>
    stretch.packetCount > best.packetCount ? stretch : best,
  );
  return stretches.filter(
    ({ first, end }) => first <= greatest.end + leapSeconds && end >= greatest.first - leapSeconds,
  );
}
