import { type MediaKind, mediaKinds } from './media-kind.js';

/** What a list of items is of: one kind, or all of them beside each other. */
export const listTypes = [...mediaKinds, 'any'] as const;
export type ListType = (typeof listTypes)[number];

/** In this order something is looked for that can be shown to somebody of whom nothing is known. */
export const kindsForNewcomers: readonly MediaKind[] = ['video', 'audio', 'image'];

/** How much a viewer cared for items of a kind: a sum of tastes, all of them positive. */
export interface KindInterest {
  readonly kind: MediaKind;
  readonly weight: number;
}

/**
 * Of which kinds a viewer is shown something who asked for none: the one they cared for most, of equal ones the first of
 * {@link kindsForNewcomers}. Of whom nothing is known, the first of these of which there is anything.
 */
export function kindsFor(interest: readonly KindInterest[]): readonly MediaKind[] {
  const weightOf = (kind: MediaKind) => interest.find((each) => each.kind === kind)?.weight ?? 0;
  const [most] = kindsForNewcomers.toSorted((a, b) => weightOf(b) - weightOf(a));
  return most !== undefined && weightOf(most) > 0 ? [most] : kindsForNewcomers;
}

/** The first of these types of which there is anything, with what there is; the first of all where there is nothing. */
export async function firstOfAny<Type extends ListType, Item>(
  types: readonly Type[],
  listOf: (type: Type) => Promise<readonly Item[]>,
): Promise<{ readonly type: Type | undefined; readonly items: readonly Item[] }> {
  for (const type of types) {
    const items = await listOf(type);
    if (items.length > 0) return { type, items };
  }
  return { type: types[0], items: [] };
}
