import { fromBytes, toBytes } from '../core/embeddings/project.js';
import type { AnswerOf } from '../core/inference/task-table.js';
import type { SampledFrame } from '../core/video-tools.js';
import type { MediaCommandOf } from '../domain/media/media-commands.js';
import { scoresOf } from '../domain/media/moderation-classes.js';

type Kept = MediaCommandOf<'RecordModeration'>['data']['embedding'];

/**
 * What is kept of the vectors of an item's frames: their mean over the whole, and the one of the frame that speaks most against it; so much for a film as for a picture.
 * Undefined where the models that looked have none.
 */
export function embeddingOf(
  frames: readonly Pick<SampledFrame, 'pick'>[],
  { labels, embeddings }: AnswerOf<'moderateFrames'>,
  provider: string,
): Kept {
  const [first] = embeddings ?? [];
  if (!embeddings || !first || embeddings.length !== frames.length) return undefined;
  const severity = labels.map((each) => Math.max(0, ...Object.values(scoresOf(provider, { ...each }))));
  const severest = embeddings[severity.indexOf(Math.max(...severity))] ?? first;
  const spread = embeddings.filter((_, frame) => frames[frame]?.pick === 'spread');
  return {
    space: first.space,
    mean: base64Of(meanOf((spread.length > 0 ? spread : embeddings).map(({ vector }) => vector))),
    severest: base64Of(severest.vector),
  };
}

function meanOf(vectors: readonly Uint8Array[]): Uint8Array {
  const sum = new Float64Array(vectors[0]?.length ?? 0);
  for (const vector of vectors)
    for (const [at, value] of fromBytes(vector).entries()) sum[at] = (sum[at] as number) + value;
  return toBytes(sum.map((value) => value / vectors.length));
}

const base64Of = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
