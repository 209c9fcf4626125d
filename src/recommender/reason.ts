import type { Blended } from './blend.js';
import type { StrongestTerm } from './ease/ease-weight.js';
import { nearestInRow } from './neighbours/score-neighbours.ts';
import type { Shelf } from './shelf.js';

/** Why an item is on a list: that of all that speaks for it which says most. */
export type Reason =
  /** Because of an item that the viewer liked, by who else did. */
  | { readonly kind: 'watched'; readonly because: string }
  /** People of the same taste; no single item says it. */
  | { readonly kind: 'people' }
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'popular' }
  | { readonly kind: 'new' };

export function reasonFor(
  { model, modelItems }: Shelf,
  { parts, content, easeRow, itemRow }: Blended,
  strongestTerm: StrongestTerm,
  place: number,
): Reason {
  const strengths = [parts.coWatched, parts.content, parts.popularity, parts.freshness].map(
    (part) => part[place] as number,
  );
  const most = Math.max(...strengths);
  const [coWatched, alike, popular] = strengths;
  if (most <= 0) return { kind: 'new' };
  if (coWatched === most) {
    const item = modelItems[place] as number;
    const column = model.easeColumns[item] as number;
    const because =
      column === -1
        ? nearestInRow(model.neighbours, itemRow, item)
        : itemOfColumn(model.easeColumns, strongestTerm(easeRow, column));
    return because === undefined
      ? { kind: 'people' }
      : { kind: 'watched', because: model.itemIds[because] ?? '' };
  }
  if (alike === most) {
    const tag = content.strongestTag(place);
    if (tag !== undefined) return { kind: 'tag', tag };
  }
  return popular === most ? { kind: 'popular' } : { kind: 'new' };
}

const itemOfColumn = (easeColumns: Int32Array, column: number | undefined): number | undefined =>
  column === undefined ? undefined : easeColumns.indexOf(column);

/** For the viewer to read. It names no item: what is ranked is kept, and items may be deleted. */
export function textOf(reason: Reason): string {
  switch (reason.kind) {
    case 'watched':
    case 'people':
      return 'Watched by people like you';
    case 'tag':
      return `Because you like ${reason.tag}`;
    case 'popular':
      return 'Popular now';
    case 'new':
      return 'New to you';
  }
}
