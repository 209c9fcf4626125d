import type { InferenceClient } from '../core/inference/inference-client.js';
import type { SampledFrame } from '../core/video-tools.js';
import type { AttemptOf, MediaCommandOf } from '../domain/media/media-commands.js';
import { tagsOf } from '../domain/media/tags.js';

/** Has the models name what is to be seen in frames, and gives the command that tells of it. */
export async function tagFrames(
  inference: InferenceClient,
  of: {
    readonly held: AttemptOf;
    readonly frames: readonly SampledFrame[];
    readonly durationSeconds: number;
    readonly signal: AbortSignal;
  },
): Promise<MediaCommandOf<'RecordTags'>> {
  const { held, frames, durationSeconds, signal } = of;
  const images = frames.map((frame) => frame.image);
  const { model, answer } = await inference.infer('tagFrames', { images }, { signal });
  const seen = frames.map(({ atSeconds }, index) => ({ atSeconds, objects: answer.objects[index] ?? [] }));
  return { type: 'RecordTags', data: { ...held, model, tags: tagsOf(seen, durationSeconds) } };
}
