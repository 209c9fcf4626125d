import type { KindInterest } from '../list-type.js';
import type { Position } from '../position.js';
import type { ViewerDoings } from '../viewer-taste.js';
import type { ViewsRead } from './views-read.js';

/** What a viewer has done with an item. */
export interface ItemDoings extends ViewerDoings {
  readonly mediaId: string;
}

export interface DoingsOfSomebody extends ItemDoings {
  readonly userId: string;
}

export interface ViewerActivityReader {
  /** All that a viewer has done. */
  doingsOf(userId: string): Promise<readonly ItemDoings[]>;
  /**
   * All that everybody did who is not forgotten, as of the one position it gives: page by page, each row once and in no order, so
   * that nobody has to hold all of it. Throws the signal's reason.
   */
  everything(
    onPage: (page: readonly DoingsOfSomebody[]) => void,
    signal?: AbortSignal,
  ): Promise<{ readonly position: Position }>;
  /** How many items viewers have done something with: each counted for each of them. */
  size(): Promise<number>;
  /** Of the newest `items` a viewer did something with: what they cared for, by kind; nothing of kinds they did not care for. */
  interestByKind(userId: string, items: number): Promise<readonly KindInterest[]>;
}

export const viewerActivityViews = {
  doingsOf: ['viewer-activity'],
  everything: ['viewer-activity'],
  size: ['viewer-activity'],
  interestByKind: ['viewer-activity', 'media-library'],
} as const satisfies ViewsRead<ViewerActivityReader>;
