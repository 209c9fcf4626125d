import { invalid } from '../../core/errors.js';
import { type MetadataRequest, metadataRequestSchema } from '../../core/inference/described-item.js';
import type { SuggestedMetadata } from '../../core/inference/suggested-metadata.js';
import type { MessageOnWire } from './on-wire.js';

type WireItem = Omit<MetadataRequest['item'], 'technical'> & Partial<MetadataRequest['item']['technical']>;
type WireRequest = MetadataRequest['lists'] & { readonly item: WireItem | null };

/** Absent fields are undefined or null, by where they stand. */
const orNull = <Value>(value: Value | null | undefined): Value | null => value ?? null;

/** A question for metadata as one message. */
export const metadataOnWire: MessageOnWire<'generateMetadata'> = {
  kind: 'message',
  method: 'GenerateMetadata',
  ask: ({ item: { technical, ...item }, lists }) => ({ item: { ...item, ...present(technical) }, ...lists }),
  asked(message) {
    const { item, tags, genres } = message as WireRequest;
    const {
      kind = '',
      durationSeconds,
      width,
      height,
      hasSound = false,
      ...texts
    } = item ?? ({} as WireItem);
    const parsed = metadataRequestSchema.safeParse({
      item: {
        ...texts,
        technical: {
          ...{ kind, hasSound, durationSeconds: orNull(durationSeconds) },
          ...{ width: orNull(width), height: orNull(height) },
        },
      },
      lists: { tags, genres },
    });
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw invalid(
      'invalid_metadata_request',
      `No model can be asked this: ${issue?.path.join('.')} is not as it has to be.`,
    );
  },
  toWire: (answer) => present(answer),
  fromWire(message) {
    const { title, summary, tags, genre } = message as Partial<SuggestedMetadata>;
    return { title: orNull(title), summary: orNull(summary), tags, genre: orNull(genre) };
  },
};

/** Without what is null, which a message cannot hold. */
const present = (value: object): object =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== null));
