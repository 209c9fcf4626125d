import { type ChunkRange, segmentSeconds } from '../../core/chunk-tools.js';
import type { Probe } from './media-values.js';

/** From when on films are encoded in chunks, and how long those are about. */
export interface ChunkPolicy {
  /** Shorter ones are encoded in one piece; infinite where all are. */
  readonly fromSeconds: number;
  readonly chunkSeconds: number;
}
export const DEFAULT_CHUNK_POLICY: ChunkPolicy = { fromSeconds: 600, chunkSeconds: 180 };

/** Why a film that is long enough is encoded in one piece all the same. */
export const wholeReasons = ['seeking_is_not_safe', 'keyframes_are_far_apart', 'frame_rate_is_odd'] as const;
export type WholeReason = (typeof wholeReasons)[number];

export type Cut =
  | { readonly chunks: readonly ChunkRange[]; readonly why?: never }
  /** `why` is absent where nobody expects chunks. */
  | { readonly chunks: null; readonly why?: WholeReason };

/** What is decoded before a chunk, for nothing, takes longer than this of a chunk's own length only in odd films. */
const MOST_SEEK_SHARE = 1 / 6;
/** Below, frames of a rate that is no whole number lie too far from whole seconds for segments to begin with keyframes. */
const SLOWEST_BROKEN_RATE = 20;

/**
 * Where a film is cut: at multiples of a segment, in parts of nearly the same length, so that no worker is left with a long last one.
 * Keyframes of the source need not be there: each chunk is decoded from the one before it.
 */
export function cutFilm({ video }: Probe, { fromSeconds, chunkSeconds }: ChunkPolicy): Cut {
  const seconds = video?.durationSeconds ?? 0;
  const count = Math.round(seconds / chunkSeconds);
  if (!video || seconds < fromSeconds || count < 2) return { chunks: null };
  const { longestSeekSeconds, frameRate } = video;
  if (longestSeekSeconds === undefined) return { chunks: null, why: 'seeking_is_not_safe' };
  if (longestSeekSeconds > chunkSeconds * MOST_SEEK_SHARE)
    return { chunks: null, why: 'keyframes_are_far_apart' };
  if (frameRate < SLOWEST_BROKEN_RATE && !Number.isInteger(frameRate))
    return { chunks: null, why: 'frame_rate_is_odd' };
  const cutAt = (chunk: number) => Math.round((seconds * chunk) / count / segmentSeconds) * segmentSeconds;
  const chunks = Array.from({ length: count }, (_, index) => ({
    startSeconds: cutAt(index),
    endSeconds: index === count - 1 ? null : cutAt(index + 1),
  }));
  return { chunks };
}
