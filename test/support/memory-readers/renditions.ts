import type { Row } from '../../../src/core/projection.js';
import type { LibraryRendition } from '../../../src/core/readers/media-library.js';

export const toRendition = (row: Row): LibraryRendition =>
  ({
    ...{ name: row.name, kind: row.kind, width: row.width, height: row.height, frameRate: row.frame_rate },
    ...{ averageBitrateBps: row.average_bitrate_bps, peakBitrateBps: row.peak_bitrate_bps },
    ...{ codecs: row.codecs, sizeBytes: row.size_bytes, durationSeconds: row.duration_seconds },
  }) as unknown as LibraryRendition;
