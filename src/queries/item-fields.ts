import type { z } from 'zod';
import { invalid } from '../core/errors.js';
import { mediaItemSchema } from './media-item-schema.js';

type Item = z.infer<typeof mediaItemSchema>;
/** A field of an item as the API shows it. */
export type ItemField = keyof Item;

const known = Object.keys(mediaItemSchema.shape) as readonly ItemField[];

/** `id,title,song`. Throws `unknown_item_field` for what an item does not have. */
export function fieldsIn(text: string): readonly ItemField[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !known.includes(name as ItemField));
  if (unknown.length > 0)
    throw invalid(
      'unknown_item_field',
      `An item has no field ${unknown.map((name) => `“${name.slice(0, 40)}”`).join(', ')}.`,
      {
        unknown: unknown.map((name) => name.slice(0, 40)),
        known: [...known],
      },
    );
  return names as ItemField[];
}

export const withFields = (item: Item, fields: readonly ItemField[] | undefined): Item =>
  fields ? (Object.fromEntries(fields.map((field) => [field, item[field]])) as Item) : item;

/** What is shown of renditions, derivatives and chapters, each a look into a table of its own for every item. */
const ofFiles: readonly ItemField[] = [
  ...([
    'renditions',
    'audioTracks',
    'derivatives',
    'posterUrl',
    'previewGifUrl',
    'chaptersUrl',
    'chaptersSource',
    'subtitleTracks',
  ] as const),
];
const ofMaking: readonly ItemField[] = ['leftOut', 'steps', 'expectedEndAt'];

const asksFor = (some: readonly ItemField[]) => (fields: readonly ItemField[] | undefined) =>
  fields === undefined || fields.some((field) => some.includes(field));

export const filesAreIn = asksFor(ofFiles);
export const makingIsIn = asksFor(ofMaking);
