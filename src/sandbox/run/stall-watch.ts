/** What can be seen of a run from outside. Whatever is not known stays at 0. */
export interface SignsOfLife {
  /** Each only rises: output time, frames, bytes written to us, bytes read. */
  readonly moved: readonly number[];
  readonly cpuSeconds: number;
}

/** Of one processor: what a hung ffmpeg needs to go on telling its unchanged progress is far below, what a crowded machine leaves to one at work above. */
const leastShareOfCpu = 0.01;
/** So many times `stallSeconds` of CPU time may go into what is neither read nor written: frames waiting in queues and filters. */
const mostComputedAlone = 10;

export interface Stall {
  readonly what: string;
  /** It computes, and would again; what does nothing at all may have waited for the machine. */
  readonly isBusy: boolean;
}

/**
 * Tells why a run counts as hung, undefined while it does not: for `stallSeconds` it neither moved nor computed, or it
 * computes on and on without moving. ffmpeg may decode for minutes before the first picture of a filter comes out, so
 * its own progress says too little. Pure: fed with signs and the time, in seconds, as they are taken.
 */
export function createStallWatch(stallSeconds: number, startedAtSeconds: number) {
  let last: SignsOfLife = { moved: [], cpuSeconds: 0 };
  let cpuWhenMoved = 0;
  let aliveAtSeconds = startedAtSeconds;
  return (signs: SignsOfLife, nowSeconds: number): Stall | undefined => {
    const hasMoved = signs.moved.some((figure, index) => figure > (last.moved[index] ?? 0));
    const hasComputed = signs.cpuSeconds - last.cpuSeconds > stallSeconds * leastShareOfCpu;
    if (hasMoved) cpuWhenMoved = signs.cpuSeconds;
    if (hasMoved || hasComputed) {
      last = signs;
      aliveAtSeconds = nowSeconds;
    }
    if (signs.cpuSeconds - cpuWhenMoved > stallSeconds * mostComputedAlone)
      return {
        what: `computed for ${stallSeconds * mostComputedAlone} s without reading or writing`,
        isBusy: true,
      };
    if (nowSeconds - aliveAtSeconds >= stallSeconds)
      return { what: `made no progress for ${stallSeconds} s`, isBusy: false };
    return undefined;
  };
}
