import type { ListType } from '../core/list-type.js';
import type { Position } from '../core/position.js';
import { isAfter } from '../core/position.js';
import type { PopularItem, PopularityReader } from '../core/readers/popularity.js';
import { type Instant, secondsBetween } from '../core/time.js';
import { type Catalogue, indexCatalogue } from '../recommender/catalogue.js';

const MAXIMUM_ITEMS = 20_000;
const DAY_SECONDS = 86_400;
/** How many people care for what, and how old it is, may be so old. */
const AGE_MILLISECONDS = 30_000;
/** Reading takes this share of the time at most, once it takes long. */
const READING_SHARE = 0.1;
const SHORT_MILLISECONDS = 50;

interface Kept {
  readonly catalogue: Catalogue;
  readonly standing: string;
  /** On the clock of this process, as are the others. */
  readonly readAt: number;
  readonly tookMilliseconds: number;
  /** What is shown of it is as it was at this position at least. */
  checkedAt: Position;
}

export interface CatalogueAsked {
  /** All that was told before it is in the catalogue, unless reading it has just taken long; undefined where nobody knows. */
  readonly position: Position | undefined;
  readonly now: Instant;
}

/** Gives what may be on lists of a type, read again when that has changed. */
export function keepCatalogues(
  popularity: Pick<PopularityReader, 'mostPopular' | 'standing'>,
): (type: ListType, asked: CatalogueAsked) => Promise<Catalogue> {
  const kept = new Map<ListType, Kept>();
  const reading = new Map<ListType, Promise<Kept>>();

  async function read(type: ListType, { now, position = '' }: CatalogueAsked): Promise<Kept> {
    const startedAt = performance.now();
    // Before the items: what changes in between makes it be read once more.
    const standing = await popularity.standing(type);
    const items = await popularity.mostPopular(type, MAXIMUM_ITEMS);
    const catalogue = indexCatalogue(items.map((item) => toItem(item, now)));
    const readAt = performance.now();
    return { catalogue, standing, readAt, tookMilliseconds: readAt - startedAt, checkedAt: position };
  }

  function readShared(type: ListType, asked: CatalogueAsked): Promise<Kept> {
    const shared = reading.get(type);
    if (shared) return shared;
    const begun = read(type, asked)
      .then((fresh) => {
        kept.set(type, fresh);
        return fresh;
      })
      .finally(() => reading.delete(type));
    reading.set(type, begun);
    return begun;
  }

  async function isAsTold(type: ListType, present: Kept, { position }: CatalogueAsked): Promise<boolean> {
    if (position !== undefined && !isAfter(position, present.checkedAt)) return true;
    if ((await popularity.standing(type)) !== present.standing) return false;
    if (position !== undefined && isAfter(position, present.checkedAt)) present.checkedAt = position;
    return true;
  }

  async function mayBeUsed(type: ListType, present: Kept, asked: CatalogueAsked): Promise<boolean> {
    const { tookMilliseconds, readAt } = present;
    const age = performance.now() - readAt;
    if (tookMilliseconds > SHORT_MILLISECONDS && age < tookMilliseconds / READING_SHARE) return true;
    return age < AGE_MILLISECONDS && (await isAsTold(type, present, asked));
  }

  return async (type, asked) => {
    for (;;) {
      const present = kept.get(type);
      if (present && (await mayBeUsed(type, present, asked))) return present.catalogue;
      // One that was begun for somebody else may have begun too early for this one.
      await readShared(type, asked);
    }
  };
}

const toItem = ({ mediaId, type, tags, people, publishedAt }: PopularItem, now: Instant) => ({
  ...{ itemId: mediaId, type, tags, people },
  ageDays: publishedAt === null ? null : Math.max(0, secondsBetween(publishedAt, now)) / DAY_SECONDS,
});
