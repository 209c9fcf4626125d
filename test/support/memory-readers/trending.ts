import { HALF_LIFE_HOURS, INTEREST_UNIT, PERIOD_HOURS } from '../../../src/core/fading-interest.js';
import type { ListType } from '../../../src/core/list-type.js';
import type { MediaKind } from '../../../src/core/media-kind.js';
import { LEAST_TRENDING_SCORE, type TrendingReader } from '../../../src/core/readers/trending.js';
import type { RowsOf } from './index.js';
import { isOfType } from './of-type.js';
import { hasSeen } from './seen.js';

export function createTrendingReader(rowsOf: RowsOf): TrendingReader {
  function scoreOf(mediaId: unknown): number {
    const now = Date.now();
    return rowsOf('trending')
      .filter((row) => row.media_id === mediaId)
      .map((row) => ({
        hours: (now - Date.parse(String(row.period_start))) / 3_600_000,
        weight: Number(row.weight),
      }))
      .filter(({ hours }) => hours < 2 * PERIOD_HOURS)
      .reduce(
        (sum, { hours, weight }) => sum + (weight / INTEREST_UNIT) * 0.5 ** (hours / HALF_LIFE_HOURS),
        0,
      );
  }

  async function highest(
    type: ListType,
    limit: number,
    isWanted: (mediaId: unknown) => boolean = () => true,
  ) {
    return rowsOf('media_library')
      .filter((row) => row.status === 'published' && isOfType(row, type) && isWanted(row.media_id))
      .map((row) => ({
        ...{
          mediaId: String(row.media_id),
          title: String(row.title),
          type: (row.type ?? null) as MediaKind | null,
          score: scoreOf(row.media_id),
        },
      }))
      .filter(({ score }) => score > LEAST_TRENDING_SCORE)
      .toSorted((a, b) => b.score - a.score || (a.mediaId < b.mediaId ? -1 : 1))
      .slice(0, limit);
  }

  return {
    highest: (type, limit) => highest(type, limit),
    highestUnseen: (userId, type, limit) =>
      highest(type, limit, (mediaId) => !hasSeen(rowsOf, userId, mediaId)),
  };
}
