import type { ImageProbe, PhotoDetails } from './image-probe.js';
import type { JsonObject } from './json.js';
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

/** One quality step of the ladder. */
export interface Rung {
  /** e.g. `720p`; unique in a ladder, safe in a path. */
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  readonly bitrateBps: number;
  readonly peakBitrateBps: number;
}

export interface AudioRung {
  readonly streamIndex: number;
  readonly bitrateBps: number;
  readonly channels: number;
  /** Silence is put behind it until then, so that all tracks of a film are as long; absent where it is the only one. */
  readonly paddedToSeconds?: number;
}

export interface AudioTrackRequest {
  readonly inputPath: string;
  readonly outputFolder: string;
  readonly audio: AudioRung;
  /** What else is made of the item, all together: what one item may become holds for it and this. */
  readonly besidesBps: number;
  /**
   * Indexes of the streams whose clock it is on: the film's picture and main sound. Without them a track that begins late
   * in a transport stream may come early.
   */
  readonly clockStreams?: readonly number[];
  /** Of the film. */
  readonly durationSeconds: number;
  readonly onProgress: TranscodeRequest['onProgress'];
  readonly signal: AbortSignal;
}

export interface TranscodeRequest {
  readonly inputPath: string;
  /** Empty folder; afterwards `<rung>/playlist.m3u8`, `<rung>/init.mp4`, `<rung>/segment-00000.m4s` …, audio in `audio/`. */
  readonly outputFolder: string;
  readonly video: VideoStreamProbe;
  readonly rungs: readonly Rung[];
  /** Null when there is none or it is already done. */
  readonly audio: AudioRung | null;
  readonly durationSeconds: number;
  readonly onProgress: (progress: { readonly fraction: number; readonly speed: number | null }) => void;
  readonly signal: AbortSignal;
}

export interface TranscodedRendition {
  /** The rung's name, or `audio`, or of a further track `audio-` and its index in the file. */
  readonly name: string;
  readonly kind: 'video' | 'audio';
  /** RFC 6381 codecs string, e.g. `avc1.64001f`. */
  readonly codecs: string;
  readonly segmentCount: number;
  readonly sizeBytes: number;
  readonly averageBitrateBps: number;
  readonly peakBitrateBps: number;
  readonly durationSeconds: number;
}

/** One picture, packed RGB, 3 bytes a pixel, rows without padding. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

export interface SampledFrame {
  readonly atSeconds: number;
  /** One of those spread over the whole, or one that looks unlike them. */
  readonly pick: 'spread' | 'unlike';
  readonly image: RgbImage;
  /** Its name in the folder asked for. */
  readonly jpegFile: string | null;
}

export interface FrameSamples {
  readonly frames: readonly SampledFrame[];
  /** Parts of which no frame could be decoded without errors. */
  readonly missedParts: number;
}

export interface Poster {
  readonly file: string;
  readonly atSeconds: number;
  /** In Base64; absent where none could be made. */
  readonly thumbHash?: string;
}

/** A file that is served as it is. */
export interface DrawnFile<Details extends JsonObject = JsonObject> {
  /** Where it lies in the folder asked for, and what it is served as. */
  readonly name: string;
  /** What the row of its step tells of such a file. */
  readonly details: Details;
}

export interface Storyboard {
  /** Sprite sheets in order, each `columns` × `rows` tiles of `tileWidth` × `tileHeight`. */
  readonly sprites: readonly string[];
  readonly columns: number;
  readonly rows: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly tileCount: number;
  readonly intervalSeconds: number;
}

export interface PictureRequest {
  readonly inputPath: string;
  readonly outputFolder: string;
  readonly video: VideoStreamProbe;
  readonly durationSeconds: number;
  readonly signal: AbortSignal;
}

/** What draws files that are served as they are: a row of the step table says whose `drawnBy` it is. */
export interface DrawingTools {
  /**
   * Writes `preview.gif`: a few seconds of the video's first third that repeat, upright, at most 320 pixels wide and high,
   * at most 10 frames a second and 2 MiB. Throws `corrupt_media` when no frame can be decoded.
   */
  previewGif(request: PictureRequest): Promise<DrawnFile<{ readonly startSeconds: number }>>;
}

/**
 * The port to video tools. Every child process runs with format, protocol and codec whitelists, without network,
 * under limits and a watchdog on progress. Throws MediaFlowError: `unsupported` for what the file is
 * (`not_media`, `forbidden_format`, `no_video`, `corrupt_media` …), `unavailable` for what the machine lacks
 * (`ffmpeg_missing`), `internal` for what broke on the way (`ffmpeg_stalled`, `ffmpeg_killed`, `ffmpeg_failed` with the last lines it said).
 */
export interface VideoTools extends DrawingTools {
  /** Name and version of the tools found, or why there are none; never throws. */
  describe(): Promise<VideoToolsDescription>;
  probe(inputPath: string, signal: AbortSignal): Promise<MediaProbe>;
  transcodeToHls(request: TranscodeRequest): Promise<readonly TranscodedRendition[]>;
  /**
   * One of a film's further tracks of sound, on the film's clock and no longer than the film, into a folder of its rendition's name. Throws
   * what `transcodeToHls` throws.
   */
  encodeAudioTrack(request: AudioTrackRequest): Promise<TranscodedRendition>;
  /**
   * Writes `poster.jpg`: upright, no larger than the video, a clear picture near its beginning where there is one. Throws
   * `corrupt_media` when no frame can be decoded.
   */
  poster(request: PictureRequest): Promise<Poster>;
  /** Writes `sprite-000.jpg` … Throws `corrupt_media` when no frame can be decoded. */
  storyboard(request: PictureRequest): Promise<Storyboard>;
  /**
   * Frames in order of time, upright, scaled to fit in a square of `maximumSidePixels`: one in each of `spreadFrames`
   * equal parts of the picture's length (at least one for any video), and up to `unlikeFrames` more that look least like
   * those. Each is what the video shows at its time; one that was decoded with errors is left out. With `jpegFolder` each is also written there. Throws `corrupt_media` when no frame can be decoded.
   */
  sampleFrames(request: {
    readonly inputPath: string;
    readonly video: VideoStreamProbe;
    readonly durationSeconds: number;
    readonly spreadFrames: number;
    /** 0: none is looked for, which saves the looking. Needs `jpegFolder`. */
    readonly unlikeFrames: number;
    /** 0..1, below 1: where in its part a frame is taken. */
    readonly random: () => number;
    readonly maximumSidePixels: number;
    readonly jpegFolder?: string;
    readonly signal: AbortSignal;
  }): Promise<FrameSamples>;
}

export interface VideoToolsDescription {
  readonly ffmpeg: ToolDescription;
  readonly ffprobe: ToolDescription;
  /** Sentences for the operator: a missing tool and how to get it, a version with a known hole. */
  readonly warnings: readonly string[];
  /** What is good to know and asks for nothing. */
  readonly notes: readonly string[];
}

/**
 * What a tool is kept from, from most to least; each holds what those after it hold. `files`: sees no file but its input,
 * its work folder and the system's programs. `network`: none. `privileges`: cannot gain any, and has another user than
 * root. `limits`: the kernel's on memory, time and the size of files. `off`: nothing.
 */
export const sandboxLevels = ['files', 'network', 'privileges', 'limits', 'off'] as const;
export type SandboxLevel = (typeof sandboxLevels)[number];

export type ToolDescription =
  | {
      readonly available: true;
      readonly path: string;
      readonly version: string;
      readonly source: 'system' | 'npm' | 'configured';
      readonly sandbox: SandboxLevel;
      /** Asks the kernel for nothing but what it needs; starts no other process, above all. */
      readonly filtersCalls: boolean;
    }
  | { readonly available: false; readonly reason: string };
