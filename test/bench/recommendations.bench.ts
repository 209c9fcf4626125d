import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deriveId } from '../../src/core/ids.js';
import { type Candidate, rank, type Taste } from '../../src/recommender/rank.js';
import { type BenchRow, beside, watched } from './support/bench-row.js';

const FOLDER = process.env.MOVIELENS_FOLDER;
const LEAST_RATINGS = 5;
const LIST_LENGTH = 10;
/** As the recommendation source reads them. */
const BOUNDS = { coWatchers: 500, tastesEach: 200 };

interface Rating extends Taste {
  readonly isHeldOut: boolean;
}

/** A play with its rating, weighed as the recommendation source does. */
const weightOf = (rating: number): number => 0.3 + ((rating - 2.5) / 2.5) * 1.5;

async function readRatings(folder: string): Promise<Rating[]> {
  const lines = (await readFile(join(folder, 'ratings.csv'), 'utf8')).trim().split('\n').slice(1);
  const rows = lines.map((line) => line.split(','));
  const counts = Map.groupBy(rows, ([, mediaId = '']) => mediaId);
  return rows
    .filter(([, mediaId = '']) => (counts.get(mediaId)?.length ?? 0) >= LEAST_RATINGS)
    .map(([userId = '', mediaId = '', rating]) => ({
      userId,
      mediaId,
      weight: weightOf(Number(rating)),
      isHeldOut: Number.parseInt(deriveId(userId, mediaId).slice(0, 8), 16) % 5 === 0,
    }));
}

async function readCandidates(folder: string, tastes: readonly Taste[]): Promise<Candidate[]> {
  const popularity = new Map<string, number>();
  for (const { mediaId, weight } of tastes) popularity.set(mediaId, (popularity.get(mediaId) ?? 0) + weight);
  const lines = (await readFile(join(folder, 'movies.csv'), 'utf8')).trim().split('\n').slice(1);
  return lines.flatMap((line) => {
    const [, mediaId = '', title = '', genres = ''] = /^(\d+),(.*),([^,]*)$/.exec(line.trim()) ?? [];
    const weight = popularity.get(mediaId);
    if (weight === undefined) return [];
    return [{ mediaId, type: 'video', title, tags: genres.split('|'), popularity: Math.max(0, weight) }];
  });
}

/** The tastes that bear on a viewer: their own, and those of the people who share most with them. */
function tastesFor(userId: string, byUser: ReadonlyMap<string, readonly Taste[]>): Taste[] {
  const mine = byUser.get(userId) ?? [];
  const seen = new Set(mine.map(({ mediaId }) => mediaId));
  const near = [...byUser]
    .filter(([other]) => other !== userId)
    .map(([, theirs]) => ({ theirs, shared: theirs.filter(({ mediaId }) => seen.has(mediaId)) }))
    .filter(({ shared }) => shared.length > 0)
    .sort((a, b) => b.shared.length - a.shared.length)
    .slice(0, BOUNDS.coWatchers);
  const theirs = near.flatMap(({ theirs, shared }) => {
    const others = theirs.filter(({ mediaId }) => !seen.has(mediaId));
    return [...shared, ...others].slice(0, BOUNDS.tastesEach);
  });
  return [...mine, ...theirs];
}

/** Normalised discounted cumulative gain of a list (Järvelin and Kekäläinen 2002), every held-out item counting alike. */
function ndcg(list: readonly string[], wanted: ReadonlySet<string>): number {
  const gain = (place: number): number => 1 / Math.log2(place + 2);
  const ideal = Array.from({ length: Math.min(LIST_LENGTH, wanted.size) }, (_, place) => gain(place));
  const sum = (gains: readonly number[]): number => gains.reduce((total, each) => total + each, 0);
  return sum(list.flatMap((mediaId, place) => (wanted.has(mediaId) ? [gain(place)] : []))) / sum(ideal);
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * How good the lists are: a fifth of every viewer's ratings is held out, and the list made from the rest should hold
 * them. On MovieLens latest-small (Harper and Konstan 2015), where MOVIELENS_FOLDER says it lies.
 */
export async function benchRecommendations(): Promise<BenchRow[]> {
  if (!FOLDER) return [];
  const ratings = await readRatings(FOLDER);
  const known = ratings.filter(({ isHeldOut }) => !isHeldOut);
  const byUser = Map.groupBy(known, ({ userId }) => userId);
  const candidates = await readCandidates(FOLDER, known);
  const byPopularity = candidates.toSorted((a, b) => b.popularity - a.popularity);
  const scores: { ours: number; popular: number; milliseconds: number }[] = [];
  for (const [userId, heldOut] of Map.groupBy(
    ratings.filter((each) => each.isHeldOut),
    (each) => each.userId,
  )) {
    const wanted = new Set(heldOut.map(({ mediaId }) => mediaId));
    const seen = new Set(byUser.get(userId)?.map(({ mediaId }) => mediaId));
    const tastes = tastesFor(userId, byUser);
    const startedAt = performance.now();
    const ranked = rank({ userId, candidates, tastes, genre: null, limit: LIST_LENGTH });
    const milliseconds = performance.now() - startedAt;
    const popular = byPopularity.filter(({ mediaId }) => !seen.has(mediaId)).slice(0, LIST_LENGTH);
    const idsOf = (list: readonly { mediaId: string }[]) => list.map(({ mediaId }) => mediaId);
    scores.push({ ours: ndcg(idsOf(ranked), wanted), popular: ndcg(idsOf(popular), wanted), milliseconds });
  }
  const note = `MovieLens latest-small, ${scores.length} viewers, ${candidates.length} items`;
  return [
    beside(mean(scores.map(({ popular }) => popular)), {
      what: 'NDCG@10 of a recommendation, beside what is popular',
      ours: mean(scores.map(({ ours }) => ours)),
      unit: '',
      note,
    }),
    watched({
      what: 'ranking of one recommendation, mean',
      ours: mean(scores.map(({ milliseconds }) => milliseconds)),
      unit: 'ms',
      note,
    }),
  ];
}
