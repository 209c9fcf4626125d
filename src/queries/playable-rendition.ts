import type { LibraryRendition } from '../core/readers/media-library.js';

export interface PlayableRendition extends Omit<LibraryRendition, 'sizeBytes' | 'durationSeconds'> {
  /** Path segment its files are served under. */
  readonly pathSegment: string;
}
