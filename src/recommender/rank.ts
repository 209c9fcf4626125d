/** An item that may be shown. */
export interface Candidate {
  readonly mediaId: string;
  /** Its kind, if that is known. */
  readonly type: string | null;
  /** Given and detected tags. */
  readonly tags: readonly string[];
  /** How much it is watched and liked by everybody, on any scale, which may be another one for every type; not negative. */
  readonly popularity: number;
}

/** How much a viewer cared for an item: positive liked, negative disliked. */
export interface Taste {
  readonly userId: string;
  readonly mediaId: string;
  readonly weight: number;
}

export interface RankedItem {
  readonly mediaId: string;
  readonly score: number;
  /** For the viewer to read. It names no item, because what is ranked is kept, and items may be deleted. */
  readonly reason: string;
  /** The item that the reason could name. */
  readonly because?: string;
}

export interface RankingInput {
  readonly userId: string;
  readonly candidates: readonly Candidate[];
  /** Tastes of this viewer and of everybody who shares an item with them. */
  readonly tastes: readonly Taste[];
  /** Only items with this tag. */
  readonly genre: string | null;
  readonly limit: number;
}

export const RANKING = { name: 'co-watch+tags+popularity', version: '2' } as const;

const WEIGHTS = { coWatch: 1, tags: 0.6, popularity: 0.2 } as const;
/** Keeps a pair that two people happened to watch from looking like a law. */
const CO_WATCH_SHRINKAGE = 3;

type Part = Omit<RankedItem, 'mediaId'>;

/**
 * Ranks what the viewer has not seen: items watched by the same people (cosine over shared viewers, shrunk), items
 * whose tags resemble what they liked (TF-IDF cosine), and what everybody watches. The reason is the largest part's.
 */
export function rank(input: RankingInput): RankedItem[] {
  const { userId, candidates, genre, limit } = input;
  const mine = input.tastes.filter((taste) => taste.userId === userId);
  const seen = new Set(mine.map((taste) => taste.mediaId));
  const shown = new Set(candidates.map(({ mediaId }) => mediaId));
  const coWatch = coWatchScores(mine, input.tastes);
  const similarity = tagSimilarity(mine, candidates);
  const shareOfPopularity = popularityWithinType(candidates);

  return candidates
    .filter((candidate) => !seen.has(candidate.mediaId) && (genre === null || hasTag(candidate, genre)))
    .map((candidate) => {
      const shared = coWatch.get(candidate.mediaId);
      const alike = similarity(candidate);
      const parts: Part[] = [
        {
          score: WEIGHTS.coWatch * (shared?.score ?? 0),
          reason: 'Watched by people like you',
          ...(shared && shown.has(shared.because) ? { because: shared.because } : {}),
        },
        { score: WEIGHTS.tags * alike.score, reason: `Because you like ${alike.tag}` },
        {
          score: WEIGHTS.popularity * shareOfPopularity(candidate),
          reason: candidate.popularity > 0 ? 'Popular now' : 'New to you',
        },
      ];
      const { score: _, ...strongest } = parts.reduce<Part>((a, b) => (b.score > a.score ? b : a), {
        score: 0,
        reason: 'New to you',
      });
      return {
        mediaId: candidate.mediaId,
        score: parts.reduce((sum, part) => sum + part.score, 0),
        ...strongest,
      };
    })
    .toSorted((a, b) => b.score - a.score || (a.mediaId < b.mediaId ? -1 : 1))
    .slice(0, limit);
}

/**
 * From 0 to 1, beside the most popular of the same type: a picture is looked at in a second and a film watched for hours, so
 * that what is counted of the one says nothing about the other.
 */
function popularityWithinType(candidates: readonly Candidate[]): (candidate: Candidate) => number {
  const highest = new Map<string | null, number>();
  for (const { type, popularity } of candidates)
    highest.set(type, Math.max(highest.get(type) ?? 0, popularity));
  return ({ type, popularity }) => (popularity > 0 ? popularity / (highest.get(type) ?? popularity) : 0);
}

const hasTag = (candidate: Candidate, tag: string): boolean =>
  candidate.tags.some((own) => own.toLowerCase() === tag.toLowerCase());

/** People write tags in any case; models do not. */
const distinctTags = (candidate: Candidate | undefined): string[] => [
  ...new Set(candidate?.tags.map((tag) => tag.toLowerCase())),
];

/** An item the viewer has not seen, and what speaks for it. */
interface CoWatched {
  readonly likers: number;
  score: number;
  /** The liked item that says most for it, and how much it says. */
  because: string;
  strongest: number;
  /** Likers it shares with the liked item that is being looked at. */
  shared: number;
}

/**
 * For every unseen item that shares viewers with one the viewer liked: the strength, and the item most to thank.
 * Goes from a liked item to its likers and on to what else they like, which is far less than all pairs of items.
 */
function coWatchScores(mine: readonly Taste[], tastes: readonly Taste[]): ReadonlyMap<string, CoWatched> {
  const seen = new Set(mine.map(({ mediaId }) => mediaId));
  const likersOf = new Map<string, string[]>();
  for (const { mediaId, userId, weight } of tastes) {
    if (weight <= 0) continue;
    const likers = likersOf.get(mediaId);
    if (likers) likers.push(userId);
    else likersOf.set(mediaId, [userId]);
  }
  const found = new Map<string, CoWatched>();
  const unseenOf = new Map<string, CoWatched[]>();
  for (const [mediaId, likers] of likersOf) {
    if (seen.has(mediaId)) continue;
    const item = { likers: likers.length, score: 0, because: '', strongest: 0, shared: 0 };
    found.set(mediaId, item);
    for (const userId of likers) {
      const items = unseenOf.get(userId);
      if (items) items.push(item);
      else unseenOf.set(userId, [item]);
    }
  }
  for (const { mediaId, weight } of mine) {
    const likers = weight > 0 ? (likersOf.get(mediaId) ?? []) : [];
    const touched: CoWatched[] = [];
    for (const userId of likers)
      for (const item of unseenOf.get(userId) ?? []) if (item.shared++ === 0) touched.push(item);
    for (const item of touched) {
      const strength =
        (weight * item.shared * item.shared) /
        ((item.shared + CO_WATCH_SHRINKAGE) * Math.sqrt(likers.length * item.likers));
      item.score += strength;
      item.shared = 0;
      if (strength <= item.strongest) continue;
      item.strongest = strength;
      item.because = mediaId;
    }
  }
  return found;
}

/** Cosine between an item's tags and the viewer's profile, rare tags counting more. */
function tagSimilarity(mine: readonly Taste[], candidates: readonly Candidate[]) {
  const documentCount = new Map<string, number>();
  for (const candidate of candidates)
    for (const tag of distinctTags(candidate)) documentCount.set(tag, (documentCount.get(tag) ?? 0) + 1);
  const rarity = (tag: string): number => Math.log(1 + candidates.length / (documentCount.get(tag) ?? 1));

  const byId = new Map(candidates.map((candidate) => [candidate.mediaId, candidate]));
  const profile = new Map<string, number>();
  for (const { mediaId, weight } of mine)
    for (const tag of distinctTags(byId.get(mediaId)))
      profile.set(tag, (profile.get(tag) ?? 0) + weight * rarity(tag));
  const profileLength = lengthOf([...profile.values()]);

  return (candidate: Candidate): { score: number; tag: string } => {
    const tags = distinctTags(candidate);
    const length = lengthOf(tags.map(rarity));
    if (profileLength === 0 || length === 0) return { score: 0, tag: '' };
    const terms = tags.map((tag) => ({
      tag,
      score: ((profile.get(tag) ?? 0) * rarity(tag)) / (profileLength * length),
    }));
    const strongest = terms.reduce((a, b) => (b.score > a.score ? b : a));
    return { score: terms.reduce((sum, term) => sum + term.score, 0), tag: strongest.tag };
  };
}

const lengthOf = (vector: readonly number[]): number =>
  Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
