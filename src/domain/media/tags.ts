import type { Tag } from './media-values.js';

interface SeenFrame {
  readonly atSeconds: number;
  readonly objects: readonly { readonly label: string; readonly confidence: number }[];
}

/** Below this a detection is a guess. */
const MINIMUM_CONFIDENCE = 0.5;
/** A label seen in one frame only has to be this sure; models see odd things in single frames. */
const SINGLE_FRAME_CONFIDENCE = 0.7;
const MAXIMUM_TAGS = 25;

/**
 * What detections in sampled frames say about the whole item: each label with its highest confidence and the
 * stretches in which it was seen, a frame standing for the time up to the next one.
 */
export function tagsOf(frames: readonly SeenFrame[], durationSeconds: number): Tag[] {
  const sightings = new Map<string, { confidence: number; frameIndexes: number[] }>();
  frames.forEach((frame, frameIndex) => {
    for (const { label, confidence } of frame.objects) {
      if (confidence < MINIMUM_CONFIDENCE) continue;
      const sighting = sightings.get(label) ?? { confidence: 0, frameIndexes: [] };
      sighting.confidence = Math.max(sighting.confidence, confidence);
      if (sighting.frameIndexes.at(-1) !== frameIndex) sighting.frameIndexes.push(frameIndex);
      sightings.set(label, sighting);
    }
  });

  const endOf = (frameIndex: number): number => frames[frameIndex + 1]?.atSeconds ?? durationSeconds;
  const startOf = (frameIndex: number): number => frames[frameIndex]?.atSeconds ?? 0;
  return [...sightings]
    .filter(
      ([, { confidence, frameIndexes }]) => frameIndexes.length > 1 || confidence >= SINGLE_FRAME_CONFIDENCE,
    )
    .map(([label, { confidence, frameIndexes }]) => ({
      label,
      confidence,
      appearances: stretches(frameIndexes).map(([first, last]) => ({
        startSeconds: startOf(first),
        endSeconds: Math.max(startOf(last), endOf(last)),
      })),
    }))
    .toSorted((a, b) => b.confidence - a.confidence || (a.label < b.label ? -1 : 1))
    .slice(0, MAXIMUM_TAGS);
}

/** `[0, 1, 2, 5]` → `[[0, 2], [5, 5]]` */
function stretches(indexes: readonly number[]): [number, number][] {
  const result: [number, number][] = [];
  for (const index of indexes) {
    const current = result.at(-1);
    if (current && current[1] === index - 1) current[1] = index;
    else result.push([index, index]);
  }
  return result;
}
