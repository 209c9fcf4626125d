import { shortestWithChaptersSeconds } from '../../../core/scene-chapters.js';
import { distance, type Signature } from '../unlike-frames.js';

/** A picture as it looks from afar, and when it is shown. */
export interface SeenPicture {
  readonly atSeconds: number;
  readonly signature: Signature;
}

/** Between two pictures one after the other, somewhere, another scene begins. */
export interface Between {
  readonly afterSeconds: number;
  readonly untilSeconds: number;
}

/** As films on discs have them. */
const usualChapterSeconds = 300;
/** What YouTube asks of chapters: three at least. Of its ten seconds for each we ask more, as nobody has said what is in them. */
const fewest = 3;
const shortestChapterSeconds = 60;
const most = 24;

/** How far the film is looked at before and after a place: longer than the shots of a dialogue, shorter than a scene. */
const windowSeconds = 30;
/** Pictures farther apart leave too much to be decoded between them. */
const longestGapSeconds = 30;
/** Two pictures nearer than this are of the same scene; stretches nearer than the other are. */
const anotherPicture = 16;
const anotherStretch = 10;

const mean = (pictures: readonly SeenPicture[]): Signature => {
  const sum = new Float32Array(pictures[0]?.signature.length ?? 0);
  for (const { signature } of pictures)
    for (let index = 0; index < sum.length; index += 1)
      sum[index] = (sum[index] ?? 0) + (signature[index] ?? 0) / pictures.length;
  return sum;
};

/** How unlike what is shown before a place is to what is shown after it: by the means of both, so that shots that alternate are one scene (Foote 2000). */
function novelty(pictures: readonly SeenPicture[], index: number): number {
  const atSeconds = pictures[index]?.atSeconds ?? 0;
  let first = index;
  while (first > 0 && (pictures[first - 1]?.atSeconds ?? 0) >= atSeconds - windowSeconds) first -= 1;
  let last = index;
  while (last < pictures.length && (pictures[last]?.atSeconds ?? 0) <= atSeconds + windowSeconds) last += 1;
  return distance(mean(pictures.slice(first, index)), mean(pictures.slice(index, last)));
}

/**
 * Where chapters of a film that has none of its own begin, in order, the first at 0 apart: at those cuts where most
 * changes, about one in five minutes, none within a minute of another or of either end. None of a short film, and none where
 * so few are found that they would be no help. Pure.
 */
export function chapterPlaces(pictures: readonly SeenPicture[], durationSeconds: number): readonly Between[] {
  if (durationSeconds < shortestWithChaptersSeconds) return [];
  const wanted = Math.min(most, Math.max(fewest, Math.round(durationSeconds / usualChapterSeconds)));
  const candidates = pictures.flatMap((picture, index) => {
    const before = pictures[index - 1];
    if (!before || picture.atSeconds - before.atSeconds > longestGapSeconds) return [];
    if (distance(before.signature, picture.signature) < anotherPicture) return [];
    const place = { afterSeconds: before.atSeconds, untilSeconds: picture.atSeconds };
    return [{ ...place, novelty: novelty(pictures, index) }];
  });
  const apart = Math.max(shortestChapterSeconds, durationSeconds / wanted / 3);
  const taken: Between[] = [];
  for (const { novelty: much, ...place } of candidates.toSorted((a, b) => b.novelty - a.novelty)) {
    if (taken.length === wanted - 1 || much < anotherStretch) break;
    const isNear = (afterSeconds: number, untilSeconds: number) =>
      place.afterSeconds < untilSeconds + apart && place.untilSeconds > afterSeconds - apart;
    const atAnEnd = place.afterSeconds < apart || place.untilSeconds > durationSeconds - apart;
    if (atAnEnd || taken.some((other) => isNear(other.afterSeconds, other.untilSeconds))) continue;
    taken.push(place);
  }
  if (taken.length < fewest - 1) return [];
  return taken.toSorted((a, b) => a.afterSeconds - b.afterSeconds);
}
