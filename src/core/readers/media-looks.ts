import type { Look } from '../looks/look.js';
import type { MediaKind } from '../media-kind.js';
import type { MediaStatus } from './media-library.js';
import type { ViewsRead } from './views-read.js';

/** An item that looks like another one. */
export interface NearDuplicate {
  readonly mediaId: string;
  readonly title: string;
  readonly status: MediaStatus;
  /** How many of the looks that were asked about it has. */
  readonly frames: number;
  /** Mean of the bits, of 128, in which these differ. */
  readonly differentBits: number;
}

/** What copies are looked for by. */
export interface LooksAsked {
  /** Its own id: nothing is a copy of itself. */
  readonly mediaId: string;
  readonly kind: MediaKind;
  readonly looks: readonly Look[];
  /** Only those that are rejected. */
  readonly rejected?: boolean;
}

export interface MediaLooksReader {
  /** Items of the same kind that look like it, the most alike first: copies, also smaller, recompressed or slightly cropped ones. */
  near(asked: LooksAsked, limit: number): Promise<readonly NearDuplicate[]>;
  /** What an item looks like; undefined of one that there is not. */
  of(
    mediaId: string,
  ): Promise<{ readonly kind: MediaKind | null; readonly looks: readonly Look[] } | undefined>;
}

export const mediaLooksViews = {
  near: ['media-looks', 'media-library'],
  of: ['media-looks', 'media-library'],
} as const satisfies ViewsRead<MediaLooksReader>;
