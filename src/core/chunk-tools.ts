import type { TranscodedRendition, TranscodeRequest } from './video-tools.js';

/** Every rendition is cut at these multiples of time, so chunks begin at them as well. */
export const segmentSeconds = 6;

/** Which part of a film: its frames from one time until before another, both multiples of `segmentSeconds`. */
export interface ChunkRange {
  readonly startSeconds: number;
  /** Null for the end of the film, whenever that is. */
  readonly endSeconds: number | null;
}

export interface ChunkRequest extends Omit<TranscodeRequest, 'audio' | 'durationSeconds'>, ChunkRange {
  /** Of the film, not of the chunk. */
  readonly durationSeconds: number;
}

export interface ChunkSegment {
  readonly file: string;
  readonly durationSeconds: number;
  readonly sizeBytes: number;
}

export interface ChunkOfRung {
  readonly name: string;
  /** RFC 6381; empty where the chunk has no frames. */
  readonly codecs: string;
  /** Of the film: the one its first frame is, counted from 0 at the rung's rate. */
  readonly firstFrame: number;
  /** As counted in what was written. */
  readonly frameCount: number;
  /** Hex. Chunks of the same have one `init.mp4` between them. */
  readonly initSha256: string;
  readonly initBytes: number;
  readonly segments: readonly ChunkSegment[];
}

/** What was made of a chunk: of each rung `<rung>/init.mp4` and `<rung>/segment-00000.m4s` …, on the clock of the film. */
export interface EncodedChunk {
  readonly rungs: readonly ChunkOfRung[];
}

/** A chunk and what its files are called in the playlist that names them. */
export interface ChunkToJoin extends EncodedChunk {
  nameOf(file: string): string;
}

/** Encodes films in parts, each on a machine of its own, that put one behind the other are the film. */
export interface ChunkTools {
  /**
   * The pictures of a chunk: frame by frame those that `transcodeToHls` shows in that time, on the same grid of keyframes and
   * segments. It goes to a keyframe before the chunk where one can be trusted, and goes through the film from its beginning where none can.
   * Has fewer frames than its time where the film ends within it, or none. Throws what `transcodeToHls` throws.
   */
  encodeChunk(request: ChunkRequest): Promise<EncodedChunk>;
  /**
   * Writes `<rung>/playlist.m3u8` that names the segments of all chunks, in order. Throws `chunks_do_not_fit` where they are not, frame by
   * frame, one behind the other.
   */
  joinChunks(request: {
    readonly chunks: readonly ChunkToJoin[];
    readonly outputFolder: string;
  }): Promise<readonly TranscodedRendition[]>;
}
