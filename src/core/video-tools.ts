import type { JsonObject } from './json.js';
import type { MediaProbe, VideoStreamProbe } from './media-probe.js';
import type { SceneChapter } from './scene-chapters.js';
import type { VideoToolsDescription } from './tool-description.js';

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
  /**
   * Writes `scenes.json`: chapters from the beginning to the end of a film, each from a cut on at which much changes, to the frame; none of
   * one that is short or whose scenes are few. Decodes keyframes and what is around those cuts alone.
   */
  sceneChapters(request: PictureRequest): Promise<DrawnFile<{ readonly chapters: SceneChapter[] }>>;
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
