import { MOST_DIFFERENT_BITS } from '../../../src/core/looks/bands.js';
import { lookDistance } from '../../../src/core/looks/look.js';
import { frameMatchesNeeded } from '../../../src/core/looks/look-alike.js';
import type { MediaKind } from '../../../src/core/media-kind.js';
import type { MediaLooksReader, NearDuplicate } from '../../../src/core/readers/media-looks.js';
import type { RowsOf } from './index.js';

export function createMediaLooksReader(rowsOf: RowsOf): MediaLooksReader {
  const looksOf = (mediaId: unknown): string[] =>
    rowsOf('media_looks')
      .filter((row) => row.media_id === mediaId)
      .toSorted((a, b) => (String(a.frame) < String(b.frame) ? -1 : 1))
      .map(({ look }) => String(look));
  return {
    async near({ mediaId, kind, looks, rejected = false }, limit) {
      return rowsOf('media_library')
        .filter((row) => row.media_id !== mediaId && row.type === kind && row.status !== 'deleted')
        .filter((row) => !rejected || row.status === 'rejected')
        .flatMap((row): NearDuplicate[] => {
          const theirs = looksOf(row.media_id);
          const bits = looks
            .map((look) => Math.min(...theirs.map((their) => lookDistance(look, their))))
            .filter((each) => each <= MOST_DIFFERENT_BITS);
          if (bits.length < frameMatchesNeeded(kind, looks.length)) return [];
          const differentBits = bits.reduce((sum, each) => sum + each, 0) / bits.length;
          const { media_id: id, title, status } = row;
          return [{ mediaId: id, title, status, frames: bits.length, differentBits } as NearDuplicate];
        })
        .toSorted((a, b) => b.frames - a.frames || a.differentBits - b.differentBits)
        .slice(0, limit);
    },
    async of(mediaId) {
      const row = rowsOf('media_library').find((each) => each.media_id === mediaId);
      return row && { kind: (row.type ?? null) as MediaKind | null, looks: looksOf(mediaId) };
    },
  };
}
