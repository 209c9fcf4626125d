import type { MediaCommandOf } from '../../domain/media/media-commands.js';

type Embedding = NonNullable<MediaCommandOf<'RecordModeration'>['data']['embedding']>;

/** What is learnt of an item, and what it is judged by: its mean and its severest frame, one behind the other. Undefined of what has been erased. */
export function vectorOf({ mean, severest }: Embedding): Uint8Array | undefined {
  const bytes = Buffer.concat([mean, severest].map((text) => Buffer.from(text, 'base64')));
  return mean.length > 0 && mean.length === severest.length ? new Uint8Array(bytes) : undefined;
}
