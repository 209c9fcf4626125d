import type { Catalogue } from './catalogue.js';
import { rowOf } from './interactions.ts';

/** How much a viewer cared for an item: positive liked, negative disliked, 0 no more than seen. */
export interface Taste {
  readonly itemId: string;
  readonly weight: number;
}

export interface ContentScores {
  /** Cosine of each item's tags and those of what the viewer liked, -1 to 1. */
  readonly scores: Float64Array;
  /** The tag that says most for an item, if any does. */
  readonly strongestTag: (place: number) => string | undefined;
}

/** How much items resemble by their tags what a viewer cared for: all that can be said of those nobody has seen yet. */
export function scoreContent(catalogue: Catalogue, tastes: readonly Taste[]): ContentScores {
  const { tagRows, tags, placeOf } = catalogue;
  const profile = new Float64Array(tags.length);
  for (const { itemId, weight } of tastes) {
    const place = placeOf.get(itemId);
    if (place === undefined) continue;
    const { columns, values } = rowOf(tagRows, place);
    for (const [index, tag] of columns.entries())
      profile[tag] = (profile[tag] as number) + weight * (values[index] as number);
  }
  const length = Math.sqrt(profile.reduce((sum, value) => sum + value * value, 0)) || 1;
  const scores = new Float64Array(tagRows.rowCount);
  for (let place = 0; place < tagRows.rowCount; place += 1) {
    let sum = 0;
    for (let at = tagRows.starts[place] as number; at < (tagRows.starts[place + 1] as number); at += 1)
      sum += (tagRows.values[at] as number) * (profile[tagRows.columns[at] as number] as number);
    scores[place] = sum / length;
  }
  const strongestTag = (place: number): string | undefined => {
    const { columns, values } = rowOf(tagRows, place);
    let most = 0;
    let strongest: string | undefined;
    for (const [index, tag] of columns.entries()) {
      const term = (values[index] as number) * (profile[tag] as number);
      if (term <= most) continue;
      most = term;
      strongest = tags[tag];
    }
    return strongest;
  };
  return { scores, strongestTag };
}

/** How alike two items are by their tags, 0 to 1. */
export function tagLikeness({ tagRows }: Catalogue, one: number, other: number): number {
  const [a, b] = [rowOf(tagRows, one), rowOf(tagRows, other)];
  let sum = 0;
  let at = 0;
  for (const [index, tag] of a.columns.entries()) {
    while (at < b.columns.length && (b.columns[at] as number) < tag) at += 1;
    if (b.columns[at] === tag) sum += (a.values[index] as number) * (b.values[at] as number);
  }
  return sum;
}
