/** Speech without a pause, in frames of the detector; `to` is the first one behind it. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

const BEGINS_AT = 0.5;
const GOES_ON_AT = 0.35;
/** A third of a second: shorter pauses are within a sentence. */
const LONGEST_PAUSE = 10;
const SHORTEST = 6;
/** A word begins and ends a little outside of what is loud. */
const [BEFORE, BEHIND] = [2, 4];
/** Eight seconds: more is no subtitle, and models lose their way in it. */
const LONGEST = 250;

/** Speech by how sure the detector is of each frame: what begins surely goes on while it is likely. */
function spoken(probabilities: ArrayLike<number>): Stretch[] {
  const stretches: Stretch[] = [];
  let from = -1;
  let last = 0;
  for (let frame = 0; frame < probabilities.length; frame += 1) {
    const probability = probabilities[frame] ?? 0;
    if (from < 0 && probability >= BEGINS_AT) from = frame;
    if (from < 0) continue;
    if (probability >= GOES_ON_AT) last = frame;
    else if (frame - last > LONGEST_PAUSE) {
      stretches.push({ from, to: last + 1 });
      from = -1;
    }
  }
  if (from >= 0) stretches.push({ from, to: last + 1 });
  return stretches.filter((stretch) => stretch.to - stretch.from >= SHORTEST);
}

/** One that is too long in parts, each cut where speech is least likely. */
function cut({ from, to }: Stretch, probabilities: ArrayLike<number>): Stretch[] {
  if (to - from <= LONGEST) return [{ from, to }];
  let least = from + LONGEST;
  for (let frame = from + LONGEST / 2; frame < from + LONGEST; frame += 1)
    if ((probabilities[frame] ?? 0) < (probabilities[least] ?? 0)) least = frame;
  return [{ from, to: least }, ...cut({ from: least, to }, probabilities)];
}

/**
 * The speech in a piece of sound, and up to which frame that is all of it: unless the piece is the last one, what still goes on at its end is left to be
 * heard again with what follows. Pure.
 */
export function stretchesOf(
  probabilities: ArrayLike<number>,
  isLast: boolean,
): { readonly stretches: readonly Stretch[]; readonly heard: number } {
  const parts = spoken(probabilities).flatMap((stretch) => cut(stretch, probabilities));
  const final = parts.at(-1);
  const goesOn =
    !isLast &&
    final !== undefined &&
    probabilities.length - final.to <= LONGEST_PAUSE &&
    parts.length + final.from > 0;
  const whole = goesOn ? parts.slice(0, -1) : parts;
  const heard = goesOn ? Math.max(whole.at(-1)?.to ?? 0, final.from - BEFORE) : probabilities.length;
  return {
    heard,
    stretches: whole.map(({ from, to }, index) => ({
      from: Math.max(whole[index - 1]?.to ?? 0, from - BEFORE),
      to: Math.min(parts[index + 1]?.from ?? probabilities.length, to + BEHIND),
    })),
  };
}
