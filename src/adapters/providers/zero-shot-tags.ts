import { z } from 'zod';
import type { DetectedObject } from '../../core/inference/task-table.js';

const MAXIMUM_OBJECTS = 20;
/** Scores of all labels are 1 together: of a hundred labels that do not fit each has a hundredth. */
const LEAST_SCORE = 0.05;

export const picturedSchema = z
  .array(z.object({ label: z.string().max(100), score: z.number().min(0).max(1) }))
  .max(1000);

/** Which of a list of labels fit a picture, the surest first, by a model of `zero-shot-image-classification`; labels of no list are not believed. */
export async function zeroShotTags(
  ask: (body: object) => Promise<z.infer<typeof picturedSchema>>,
  jpeg: Buffer,
  labels: readonly string[],
): Promise<DetectedObject[]> {
  const scored = await ask({
    inputs: jpeg.toString('base64'),
    parameters: { candidate_labels: labels },
  });
  const best = new Map<string, number>();
  for (const { label, score } of scored)
    if (labels.includes(label) && score >= LEAST_SCORE)
      best.set(label, Math.max(score, best.get(label) ?? 0));
  return [...best]
    .map(([label, confidence]): DetectedObject => ({ label, confidence, box: [0, 0, 1, 1] }))
    .toSorted((one, other) => other.confidence - one.confidence)
    .slice(0, MAXIMUM_OBJECTS);
}
