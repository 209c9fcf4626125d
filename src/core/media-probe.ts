import type { ImageProbe, PhotoDetails } from './image-probe.js';
import type { SongTags } from './song-tags.js';

/** What a probe found. Units: seconds, bits per second, bytes, pixels, degrees clockwise. */
export interface MediaProbe {
  readonly container: string;
  /** Of the picture and the sound that is served, by what is there. */
  readonly durationSeconds: number;
  readonly bitrateBps: number | null;
  readonly sizeBytes: number;
  /** Null for what is no picture. */
  readonly image: ImageProbe | null;
  /** What a camera and people wrote into it; null where nobody did. */
  readonly photo: PhotoDetails | null;
  readonly video: VideoStreamProbe | null;
  /** Cover art of what is sound alone; null for all else. */
  readonly cover: VideoStreamProbe | null;
  /** What a recording that is sound alone tells of itself; null for all else, and where it tells nothing. */
  readonly song: SongTags | null;
  readonly audio: readonly AudioStreamProbe[];
  /** All tracks of the file, those that are left out among them. */
  readonly subtitles: readonly SubtitleStreamProbe[];
  /** What people called its tracks of sound and of text, by their index in the file; absent where nobody did, and in probes of earlier releases. */
  readonly trackTitles?: Readonly<Record<string, string>>;
  /** In order, none over another, within the length of the item; absent where there are none, and in probes of earlier releases. */
  readonly chapters?: readonly Chapter[];
  /** Tracks that can never be served, and why. */
  readonly leftOut: readonly LeftOutTrack[];
  /** Container tags worth showing (title, creation_time, encoder …), values capped in length. */
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * `another_is_shown`: of several pictures only one is. `bitmap_subtitles`: they are pictures of text. `too_many_tracks`: it comes behind
 * as many as one film may have. `too_much_text`: more than anybody could read.
 */
export const leftOutReasons = [
  'no_samples',
  'codec_not_taken',
  'cannot_be_decoded',
  'another_is_shown',
  'bitmap_subtitles',
  'too_many_tracks',
  'too_much_text',
] as const;
export type LeftOutReason = (typeof leftOutReasons)[number];

export const leftOutKinds = ['video', 'audio', 'subtitle'] as const;

export interface LeftOutTrack {
  readonly streamIndex: number;
  readonly kind: (typeof leftOutKinds)[number];
  readonly codec: string;
  readonly reason: LeftOutReason;
}

export interface SubtitleStreamProbe {
  readonly codec: string;
  readonly language: string | null;
  /** Absent in probes of earlier releases. */
  readonly streamIndex?: number;
  readonly isDefault?: true;
  /** Of what is not in the language that is heard: signs, and a few words. */
  readonly isForced?: true;
  /** It tells of sounds as well. */
  readonly isForHearingImpaired?: true;
  /** What somebody says about the film. */
  readonly isCommentary?: true;
}

/** Times from the beginning of the file. */
export interface Chapter {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly title: string | null;
}

export interface VideoStreamProbe {
  readonly streamIndex: number;
  readonly codec: string;
  readonly profile: string | null;
  /** As stored. */
  readonly codedWidth: number;
  readonly codedHeight: number;
  /** As shown: after rotation and sample aspect ratio. */
  readonly width: number;
  readonly height: number;
  /** Left to right, before it is turned; false in probes of earlier releases. */
  readonly isMirrored: boolean;
  readonly rotationDegrees: 0 | 90 | 180 | 270;
  /** By when its frames are shown; where it varies, that of its fastest stretches. */
  readonly frameRate: number;
  readonly frameCount: number | null;
  /** Until when pictures are shown, from the beginning of the file; null in probes of earlier releases. */
  readonly durationSeconds: number | null;
  /**
   * From any moment back to the keyframe before it, at the most. Absent where going to a moment is not to be trusted (a container
   * without an index, times that leap), and in probes of earlier releases.
   */
  readonly longestSeekSeconds?: number;
  readonly pixelFormat: string;
  readonly bitDepth: number;
  readonly bitrateBps: number | null;
  readonly colorPrimaries: string | null;
  readonly colorTransfer: string | null;
  readonly colorSpace: string | null;
  /** Studio range (`tv`) or full range (`pc`); null where it is not told, and in probes of earlier releases. */
  readonly colorRange: 'tv' | 'pc' | null;
  readonly isHdr: boolean;
}

export interface AudioStreamProbe {
  readonly streamIndex: number;
  readonly codec: string;
  readonly channels: number;
  readonly sampleRateHz: number;
  readonly bitrateBps: number | null;
  readonly language: string | null;
  readonly isDefault: boolean;
  /** It says what is to be seen, for those who cannot; absent where it does not, and in probes of earlier releases. */
  readonly isDescription?: true;
  /** Somebody speaks about the film; absent where nobody does, and in probes of earlier releases. */
  readonly isCommentary?: true;
}
