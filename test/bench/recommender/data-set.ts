import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '../../../src/core/seeded-random.js';
import type { Interaction } from '../../../src/recommender/interactions.js';

/** Where another folder than the one beside the project is named, that. */
const movieLens =
  process.env.MOVIELENS_FOLDER ??
  fileURLToPath(new URL('../../../../shared/datasets/ml-latest-small/', import.meta.url));
const LEAST_RATINGS = 5;

export interface DataSet {
  readonly name: string;
  /** Whether the figures of others can be compared with those of this one. */
  readonly isPublic: boolean;
  readonly interactions: readonly Interaction[];
  readonly tagsOf: ReadonlyMap<string, readonly string[]>;
  readonly yearOf: ReadonlyMap<string, number>;
}

export const dataSet = (): Promise<DataSet> =>
  existsSync(movieLens) ? readMovieLens() : Promise.resolve(plantedDataSet(600, 1500, 80, 1));

/** MovieLens latest-small (Harper and Konstan 2015): what was rated was watched, by its genres and its decade. */
async function readMovieLens(): Promise<DataSet> {
  const linesOf = async (file: string) =>
    (await readFile(join(movieLens, file), 'utf8')).trim().split(/\r?\n/).slice(1);
  const rows = (await linesOf('ratings.csv')).map((line) => line.split(','));
  const counts = Map.groupBy(rows, ([, itemId = '']) => itemId);
  const interactions = rows
    .map(([viewerId = '', itemId = '']) => ({ viewerId, itemId, weight: 1 }))
    .filter(({ itemId }) => (counts.get(itemId)?.length ?? 0) >= LEAST_RATINGS);
  const tagsOf = new Map<string, string[]>();
  const yearOf = new Map<string, number>();
  for (const line of await linesOf('movies.csv')) {
    const [, itemId = '', title = '', genres = ''] = /^(\d+),(.*),([^,]*)$/.exec(line) ?? [];
    const year = /\((\d{4})\)/.exec(title)?.[1];
    tagsOf.set(itemId, [...genres.split('|'), ...(year ? [`${year.slice(0, 3)}0s`] : [])]);
    yearOf.set(itemId, Number(year ?? 0));
  }
  return { name: 'MovieLens latest-small', isPublic: true, interactions, tagsOf, yearOf };
}

const GROUPS = 24;

/** Made up: items of groups, some of which each viewer cares for; some items known to many, most to few; tags that mostly tell the group. */
export function plantedDataSet(
  viewerCount: number,
  itemCount: number,
  historyLength: number,
  seed: number,
): DataSet {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const groups = Array.from({ length: GROUPS }, (): string[] => []);
  const tagsOf = new Map<string, string[]>();
  const yearOf = new Map<string, number>();
  for (let item = 0; item < itemCount; item += 1) {
    const itemId = `item-${String(item).padStart(5, '0')}`;
    const group = below(GROUPS);
    groups[group]?.push(itemId);
    tagsOf.set(itemId, [`group ${random() < 0.8 ? group : below(GROUPS)}`, `mood ${below(6)}`]);
    yearOf.set(itemId, 1990 + below(35));
  }
  const interactions = new Map<string, Interaction>();
  for (let viewer = 0; viewer < viewerCount; viewer += 1) {
    const viewerId = `viewer-${String(viewer).padStart(5, '0')}`;
    const likes = [below(GROUPS), below(GROUPS), below(GROUPS)];
    for (let turn = 0; turn < historyLength; turn += 1) {
      const group = groups[random() < 0.85 ? (likes[below(3)] as number) : below(GROUPS)] ?? [];
      const itemId = group[Math.floor(random() ** 2.5 * group.length)];
      if (itemId) interactions.set(`${viewerId} ${itemId}`, { viewerId, itemId, weight: 1 });
    }
  }
  const name = `made up, ${GROUPS} planted groups`;
  return { name, isPublic: false, interactions: [...interactions.values()], tagsOf, yearOf };
}
