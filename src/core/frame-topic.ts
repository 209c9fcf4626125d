import type { Instant } from './time.js';

/** A frame on its way to whoever looks at it. */
export interface LiveFrame {
  /** Counted by its publisher, who counts those as well that it drops. */
  readonly sequence: number;
  readonly occurredAt: Instant;
  /** Its place in a file, null of what has no beginning. */
  readonly atSeconds: number | null;
  /** The first one of a connection, which is told of at once; or what stands behind the last frame of all, and is none itself. */
  readonly mark: 'opens' | 'ends' | null;
  /** Empty with the mark `ends`. */
  readonly jpeg: Uint8Array;
}

/** Frames of one source in their order, and how many were let go of since frames of it were handed out last. */
export interface FrameBatch {
  readonly sourceId: string;
  readonly frames: readonly LiveFrame[];
  readonly dropped: { readonly publisher: number; readonly queue: number };
}

export interface FrameBounds {
  /** Of one source that may wait. */
  readonly frames: number;
  readonly bytes: number;
}

/** About a minute of a camera that is looked at each second. */
export const usualFrameBounds: FrameBounds = { frames: 64, bytes: 8 * 2 ** 20 };

/**
 * The port to frames that are looked at as they come. Each is handed out once or not at all: a frame that is lost is followed by
 * the next one, and one that is late is worth nothing. What waits is bounded for each source; the oldest make room for the newest.
 */
export interface FrameTopic {
  /**
   * `droppedBefore` says how many frames the publisher itself let go of since the last call. Gives how many of those that waited
   * were pushed out, where the topic knows by then. Throws `unavailable`.
   */
  publish(
    sourceId: string,
    frames: readonly LiveFrame[],
    droppedBefore: number,
  ): Promise<{ readonly pushedOut: number }>;
  /**
   * Hands out frames, a batch after the other, until the signal fires; waits while there are none, and longer when the engine is
   * away. Several may consume: each frame goes to one of them. What `handle` throws is logged, and its frames are gone.
   */
  consume(options: {
    handle(batch: FrameBatch): Promise<void>;
    /** Of a batch, at most. */
    readonly mostFrames: number;
    readonly signal: AbortSignal;
  }): Promise<void>;
  /** Lets go of all that waits of a source that is gone; it is not counted either, since nobody asks for it. Throws `unavailable`. */
  discard(sourceId: string): Promise<void>;
  close(): Promise<void>;
}

/** How many of the first frames have to go so that the rest keeps within bounds; the newest always stays. */
export function tooMany(sizes: readonly number[], bounds: FrameBounds): number {
  let [frames, bytes] = [0, 0];
  for (let index = sizes.length - 1; index >= 0; index--) {
    frames += 1;
    bytes += sizes[index] ?? 0;
    if (frames > 1 && (frames > bounds.frames || bytes > bounds.bytes)) return index + 1;
  }
  return 0;
}
