import type { Derivative } from '../derivative.js';
import type { ModelIdentity } from '../inference/inference-client.js';
import type { JsonObject, JsonValue } from '../json.js';
import type { LeftOutTrack } from '../media-probe.js';
import type { Position } from '../position.js';
import type { SongTags } from '../song-tags.js';
import type { Instant } from '../time.js';
import type { Work } from './jobs.js';
import type { PolicyIdentity } from './moderation-queue.js';
import type { SearchTerms } from './search-terms.js';
import type { ChapterSource, ServedChapters } from './served-chapters.js';
import type { StoredSoundTrack } from './sound-tracks.js';
import type { StoredSubtitleTrack } from './subtitle-tracks.js';
import type { ViewsRead } from './views-read.js';

export type MediaStatus =
  | 'uploading'
  | 'processing'
  | 'in_review'
  | 'published'
  | 'rejected'
  | 'failed'
  | 'deleted';

export interface LibraryRendition {
  readonly name: string;
  readonly kind: 'video' | 'audio';
  /** Null for sound, as are the next two. */
  readonly width: number | null;
  readonly height: number | null;
  readonly frameRate: number | null;
  readonly averageBitrateBps: number;
  readonly peakBitrateBps: number;
  readonly codecs: string;
  readonly sizeBytes: number;
  readonly durationSeconds: number;
}

/** An item with all that is known of it, for whoever may see which part. */
export interface LibraryItem {
  readonly mediaId: string;
  readonly status: MediaStatus;
  /** Null until the file has been looked at, as are length and size of the picture. */
  readonly type: string | null;
  readonly title: string;
  readonly description: string;
  /** As given by people. */
  readonly tags: readonly string[];
  /** As found by the models. */
  readonly detectedTags: readonly string[];
  readonly filename: string;
  readonly contentType: string | null;
  readonly sizeBytes: number | null;
  readonly sha256: string | null;
  /** The item that had the same bytes first, of those that are not deleted; null where this is it. */
  readonly duplicateOf: string | null;
  readonly durationSeconds: number | null;
  readonly width: number | null;
  readonly height: number | null;
  /** Null of what is no sound alone, or tells nothing. */
  readonly song: SongTags | null;
  readonly hasStoryboard: boolean;
  readonly moderation: {
    readonly outcome: 'approved' | 'rejected' | 'in_review';
    readonly by: string;
    readonly rule: string;
    readonly explanation: string;
    /** Absent where it was decided by an earlier release. */
    readonly policy?: PolicyIdentity | null;
    readonly decidedAt: Instant;
  } | null;
  readonly failure: { readonly step: string; readonly code: string; readonly message: string } | null;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  /** Of its first publication: what was taken down and approved again is nothing new. */
  readonly publishedAt: Instant | null;
  /** Pictures before sound, the lowest first. */
  readonly renditions: readonly LibraryRendition[];
  /** By name. */
  readonly derivatives: readonly Derivative[];
  /** Of the file, in its order. */
  readonly soundTracks: readonly StoredSoundTrack[];
  readonly subtitleTracks: readonly StoredSubtitleTrack[];
  /** Null where there are none. */
  readonly chaptersSource: ChapterSource | null;
  /** Tracks of the file that are not served. */
  readonly leftOut: readonly LeftOutTrack[];
  /** In the order they were queued in. Their instants are those of RFC 3339. */
  readonly steps: readonly Pick<
    Work,
    'step' | 'status' | 'attempt' | 'fraction' | 'error' | 'retryAt' | 'startedAt' | 'updatedAt'
  >[];
}

/** Which items; everything that is given has to hold. */
export interface LibraryFilter {
  readonly status?: MediaStatus | undefined;
  /** Without a status, those too. */
  readonly withDeleted: boolean;
  readonly type?: string | undefined;
  /** Given or detected, in this very spelling. */
  readonly tag?: string | undefined;
  /** In title, tags of both kinds and description. */
  readonly search?: SearchTerms | undefined;
  readonly idPrefix?: string | undefined;
}

/** Where an item stands in the order of lists. */
export interface LibraryPlace {
  /** In UTC with six digits behind the second, `2026-11-21T09:30:00.000000Z`. */
  readonly createdAt: string;
  readonly mediaId: string;
}

export interface LibraryPage {
  readonly items: readonly LibraryItem[];
  /** Where the next page begins; null when there is none. */
  readonly nextAfter: LibraryPlace | null;
}

export interface SuggestedText {
  readonly text: string;
  readonly confidence: number;
}
export interface SuggestedName {
  readonly name: string;
  readonly confidence: number;
}
/** How it was taken: absent where a person took it. */
interface Taken {
  readonly model: ModelIdentity;
  readonly byItself?: true;
}
type AcceptedText = SuggestedText & Taken;

/** What a model suggested last. */
export interface LibrarySuggestion {
  readonly requestId: string;
  readonly model: ModelIdentity;
  readonly taxonomy: { readonly version: string; readonly hash: string };
  readonly title: SuggestedText | null;
  readonly summary: SuggestedText | null;
  readonly tags: readonly SuggestedName[];
  readonly genre: SuggestedName | null;
  readonly isRemembered: boolean;
  readonly suggestedAt: Instant;
}

/** What the models and the probe found; null is what they have not looked at yet. */
export interface LibraryMetadata {
  readonly mediaId: string;
  readonly status: MediaStatus;
  /** Of the file, or of its scenes. */
  readonly chapters: ServedChapters;
  readonly technical: (JsonObject & { readonly tags: JsonObject }) | null;
  readonly ladder: JsonValue;
  /** Rungs that would show nothing more than others, and why; null until there is a plan, and of plans of earlier releases. */
  readonly leftOutRungs: JsonValue;
  /** How sound alone was measured; null of all else. */
  readonly sound: JsonValue;
  /** How much of the original each rung shows; null until it is measured, and of what has no rungs. */
  readonly quality: JsonValue;
  /** Each with how sure it is and when it is to be seen. */
  readonly tags: JsonValue;
  readonly tagModel: JsonValue;
  readonly moderation: { readonly model: JsonValue; readonly frames: JsonValue };
  /** As people have it now. */
  readonly details: {
    readonly title: string;
    readonly description: string;
    readonly tags: readonly string[];
    readonly filename: string;
  };
  /** A request for suggestions that is under way, or has come to nothing. */
  readonly suggesting: {
    readonly status: 'requested' | 'failed';
    readonly failure: { readonly code: string; readonly message: string } | null;
  } | null;
  readonly suggestion: LibrarySuggestion | null;
  readonly accepted: {
    readonly title: AcceptedText | null;
    readonly description: AcceptedText | null;
    readonly tags: readonly (SuggestedName & Taken)[];
  } | null;
}

export interface MediaLibraryReader {
  /**
   * Up to `limit` items behind a place, or from the newest on, by creation and then id, both falling: items that come in
   * between two pages neither repeat nor hide others. Unless their `making` is asked for, they come without left out
   * tracks, steps and what they are duplicates of, and unless their `files` are, without renditions, derivatives, tracks of sound, subtitles and chapters, which
   * then are not looked up.
   */
  page(
    filter: LibraryFilter,
    page: {
      readonly after: LibraryPlace | null;
      readonly limit: number;
      readonly making: boolean;
      readonly files: boolean;
    },
  ): Promise<LibraryPage>;
  /** One item with its making; undefined for an id that no item has. */
  item(mediaId: string): Promise<LibraryItem | undefined>;
  /** Undefined for an id that no item has, and for a deleted one, of which nothing is kept. */
  metadata(mediaId: string): Promise<LibraryMetadata | undefined>;
  /** Where the originals with these bytes lie that were told of before a position, of items that are not deleted; the latest first. */
  originalsBefore(
    uploaded: { readonly sha256: string; readonly position: Position },
    limit: number,
  ): Promise<readonly string[]>;
}

export const mediaLibraryViews = {
  page: ['media-library', 'jobs'],
  item: ['media-library', 'jobs'],
  metadata: ['media-library'],
  originalsBefore: ['media-library'],
} as const satisfies ViewsRead<MediaLibraryReader>;
