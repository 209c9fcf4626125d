import type { SampledFrame } from '../core/video-tools.js';
import type { VisionModels } from '../core/vision.js';
import type { AttemptOf, MediaCommandOf } from '../domain/media/media-commands.js';
import { tagsOf } from '../domain/media/tags.js';

/** Has the models name what is to be seen in frames, and gives the command that tells of it. */
export async function tagFrames(
  vision: VisionModels,
  of: {
    readonly held: AttemptOf;
    readonly frames: readonly SampledFrame[];
    readonly durationSeconds: number;
    readonly signal: AbortSignal;
  },
): Promise<MediaCommandOf<'RecordTags'>> {
  const { held, frames, durationSeconds, signal } = of;
  const { model, objects } = await vision.detect(
    frames.map((frame) => frame.image),
    signal,
  );
  const seen = frames.map(({ atSeconds }, index) => ({ atSeconds, objects: objects[index] ?? [] }));
  return { type: 'RecordTags', data: { ...held, model, tags: tagsOf(seen, durationSeconds) } };
}
