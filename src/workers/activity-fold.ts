import { deserialize, serialize } from 'node:v8';
import type { ViewerDoings } from '../core/viewer-taste.js';
import type { ViewerEvent } from '../domain/viewer/viewer.js';
import type { Fold, FoldKind } from './read-history.js';

const FORMAT = 1;

const COLUMNS = [
  ...(['plays', 'completes', 'likes', 'dislikes'] as const),
  ...(['progress', 'progressAt', 'rating', 'ratingAt'] as const),
] as const;
type Column = (typeof COLUMNS)[number];

const COUNTED: Partial<Record<string, Column>> = {
  ...{ play: 'plays', complete: 'completes', like: 'likes', dislike: 'dislikes' },
};

/** What was not told yet. */
const NOT_TOLD = Number.NaN;

/**
 * What viewers did, as the view `viewer-activity` has it, made of the same events without a database: so that a model can be
 * learnt of history as it was at any position. Takes some 200 bytes for each item of each viewer.
 */
export interface ActivityFold extends Fold {
  each(take: (userId: string, mediaId: string, doings: ViewerDoings) => void): void;
}

type Columns = Record<Column, number[]>;
type ByViewer = Map<string, Map<string, number>>;

const emptyColumns = (): Columns => ({
  ...{ plays: [], completes: [], likes: [], dislikes: [] },
  ...{ progress: [], progressAt: [], rating: [], ratingAt: [] },
});

const createActivityFold = (): ActivityFold => foldOver(new Map(), emptyColumns());

function foldOver(byViewer: ByViewer, columns: Columns): ActivityFold {
  function rowOf(userId: string, mediaId: string): number {
    const own = byViewer.get(userId) ?? new Map<string, number>();
    byViewer.set(userId, own);
    const known = own.get(mediaId);
    if (known !== undefined) return known;
    const row = columns.plays.length;
    for (const column of COLUMNS)
      columns[column].push(['progress', 'progressAt', 'rating', 'ratingAt'].includes(column) ? NOT_TOLD : 0);
    own.set(mediaId, row);
    return row;
  }

  /** What a device tells late does not undo what was done after it. */
  function setIfNewer(row: number, what: 'progress' | 'rating', value: number | null, at: number): void {
    const before = columns[`${what}At`][row] as number;
    if (before > at) return;
    columns[what][row] = value ?? NOT_TOLD;
    columns[`${what}At`][row] = at;
  }

  const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

  return {
    add(event) {
      const { type, data } = event as ViewerEvent;
      // Its rows stay in the columns, where nothing leads to them, until it is stored.
      if (type === 'ViewerForgotten') return void byViewer.delete(data.userId);
      const row = rowOf(data.userId, data.mediaId);
      const counted = COUNTED[data.type];
      if (counted) columns[counted][row] = (columns[counted][row] as number) + 1;
      else if (data.type === 'progress') setIfNewer(row, 'progress', data.value, Date.parse(data.occurredAt));
      else if (data.type === 'rate') setIfNewer(row, 'rating', data.value, Date.parse(data.occurredAt));
    },

    each(take) {
      const of = (column: Column, row: number) => columns[column][row] as number;
      for (const [userId, own] of byViewer)
        for (const [mediaId, row] of own)
          take(userId, mediaId, {
            ...{ plays: of('plays', row), completes: of('completes', row) },
            ...{ likes: of('likes', row), dislikes: of('dislikes', row) },
            ...{ progress: orNull(of('progress', row)), rating: orNull(of('rating', row)) },
          });
    },

    store() {
      const mediaIds = new Map<string, number>();
      const owners: string[] = [];
      const sizes: number[] = [];
      const items: number[] = [];
      const rows: number[] = [];
      for (const [userId, own] of byViewer) {
        owners.push(userId);
        sizes.push(own.size);
        for (const [mediaId, row] of own) {
          if (!mediaIds.has(mediaId)) mediaIds.set(mediaId, mediaIds.size);
          items.push(mediaIds.get(mediaId) as number);
          rows.push(row);
        }
      }
      return serialize({
        ...{ format: FORMAT, owners, sizes: Uint32Array.from(sizes) },
        ...{ mediaIds: [...mediaIds.keys()], items: Uint32Array.from(items) },
        columns: COLUMNS.map((column) => Float64Array.from(rows, (row) => columns[column][row] as number)),
      } satisfies Stored);
    },
  };
}

interface Stored {
  readonly format: number;
  readonly owners: readonly string[];
  readonly sizes: Uint32Array;
  readonly mediaIds: readonly string[];
  readonly items: Uint32Array;
  readonly columns: readonly Float64Array[];
}

function restoreActivityFold(bytes: Uint8Array): ActivityFold | undefined {
  const { format, owners, sizes, mediaIds, items, columns: stored } = deserialize(bytes) as Stored;
  if (format !== FORMAT) return undefined;
  const byViewer: ByViewer = new Map();
  let row = 0;
  for (const [index, userId] of owners.entries()) {
    const own = new Map<string, number>();
    for (const end = row + (sizes[index] as number); row < end; row += 1)
      own.set(mediaIds[items[row] as number] as string, row);
    byViewer.set(userId, own);
  }
  const columns = Object.fromEntries(
    COLUMNS.map((column, index) => [column, Array.from(stored[index] as Float64Array)]),
  ) as Columns;
  return foldOver(byViewer, columns);
}

export const activityFold: FoldKind<ActivityFold> = {
  types: ['InteractionRecorded', 'ViewerForgotten'] satisfies ViewerEvent['type'][],
  create: createActivityFold,
  restore: restoreActivityFold,
};
