import type { KindInterest } from '../list-type.js';
import type { ViewsRead } from './views-read.js';

/** How much a viewer cared for an item. */
export interface ViewerTaste {
  readonly userId: string;
  readonly mediaId: string;
  /**
   * The sum of 0.3 a play (of three at most), 1 an ending, 1.5 a like, -2 a dislike, 0.5 for all of it watched, and from
   * -1.5 for the lowest rating to 1.5 for the highest.
   */
  readonly weight: number;
}

/** How many are looked at, so that an answer grows neither with the success of items nor with the histories of viewers. */
export interface TasteBounds {
  readonly coWatchers: number;
  /** Of each item a sample of its viewers: the same people for every item, so that what they share can be counted. */
  readonly watchersAnItem: number;
  /** Of each co-watcher what is shared first, and then what is newest. */
  readonly tastesAViewer: number;
}

export interface ViewerActivityReader {
  /**
   * All tastes of a viewer, and those of co-watchers: who have seen something of the viewer's newest `tastesAViewer` items,
   * those first who have seen the most of it.
   */
  tastesAround(userId: string, bounds: TasteBounds): Promise<readonly ViewerTaste[]>;
  /** Of the newest `items` a viewer did something with: what they cared for, by kind; nothing of kinds they did not care for. */
  interestByKind(userId: string, items: number): Promise<readonly KindInterest[]>;
}

export const viewerActivityViews = {
  tastesAround: ['viewer-activity'],
  interestByKind: ['viewer-activity', 'media-library'],
} as const satisfies ViewsRead<ViewerActivityReader>;
