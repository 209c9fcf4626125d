import type { BlobStore } from '../core/blob-store.js';
import type { DerivativeKind } from '../core/derivative.js';
import type { HotAnswers } from '../core/hot-answers.js';
import type { PlaybackReader } from '../core/readers/playback.js';
import { derivativeQuery } from './playback/derivative.js';
import { hlsQueries } from './playback/hls.js';
import { originalQuery } from './playback/original.js';
import { seekingQueries } from './playback/seeking.js';

interface PlaybackOptions {
  readonly publicOriginals: boolean;
  readonly segmentCacheSeconds: number;
  readonly derivatives: readonly DerivativeKind[];
}

/** The bytes of items that are there to be played. */
export const playbackQueries = (
  reader: PlaybackReader,
  blobs: BlobStore,
  hot: HotAnswers,
  { publicOriginals, segmentCacheSeconds, derivatives }: PlaybackOptions,
) => [
  ...hlsQueries(reader, blobs, hot, segmentCacheSeconds),
  ...derivatives.map(derivativeQuery(reader, blobs)),
  ...seekingQueries(reader, blobs),
  originalQuery(reader, blobs, publicOriginals),
];
