import { placesOf, type SparseRows } from './interactions.ts';

/** An item that may be on a list. */
export interface CatalogueItem {
  readonly itemId: string;
  /** Its kind, if that is known: what is popular is compared within it. */
  readonly type: string | null;
  /** Given and detected ones, in any case. */
  readonly tags: readonly string[];
  /** How many people cared for it. */
  readonly people: number;
  /** Since it was published; null where that is not known. */
  readonly ageDays: number | null;
}

/** Items made ready to be ranked for anybody, in the order of their ids. */
export interface Catalogue {
  readonly items: readonly CatalogueItem[];
  readonly placeOf: ReadonlyMap<string, number>;
  readonly tags: readonly string[];
  /** Of each item its tags, rare ones counting more, as a vector of length 1 (TF-IDF). */
  readonly tagRows: SparseRows;
  /** 0 to 1, beside the most popular of the same type: a glance at a picture is no film. */
  readonly popularity: Float64Array;
}

export function indexCatalogue(unordered: readonly CatalogueItem[]): Catalogue {
  const items = unordered.toSorted((a, b) => (a.itemId < b.itemId ? -1 : a.itemId > b.itemId ? 1 : 0));
  const own = items.map(({ tags }) => [...new Set(tags.map((tag) => tag.toLowerCase()))]);
  const counts = new Map<string, number>();
  for (const tags of own) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  const tags = [...counts.keys()].sort();
  const columnOf = placesOf(tags);
  const starts = new Uint32Array(items.length + 1);
  for (const [place, each] of own.entries()) starts[place + 1] = (starts[place] as number) + each.length;
  const columns = new Uint32Array(starts[items.length] as number);
  const values = new Float32Array(columns.length);
  for (const [place, each] of own.entries()) {
    const at = starts[place] as number;
    columns.set(
      each.map((tag) => columnOf.get(tag) ?? 0).sort((a, b) => a - b),
      at,
    );
    const row = columns.subarray(at, at + each.length);
    const rarities = Array.from(row, (column) =>
      Math.log(1 + items.length / (counts.get(tags[column] ?? '') ?? 1)),
    );
    const length = Math.hypot(...rarities);
    values.set(
      rarities.map((rarity) => rarity / length),
      at,
    );
  }
  const tagRows = { rowCount: items.length, columnCount: tags.length, starts, columns, values };
  const placeOf = placesOf(items.map(({ itemId }) => itemId));
  return { items, placeOf, tags, tagRows, popularity: popularityWithinType(items) };
}

function popularityWithinType(items: readonly CatalogueItem[]): Float64Array {
  const most = new Map<string | null, number>();
  for (const { type, people } of items) most.set(type, Math.max(most.get(type) ?? 0, people));
  return Float64Array.from(items, ({ type, people }) => people / Math.max(1, most.get(type) ?? 1));
}
