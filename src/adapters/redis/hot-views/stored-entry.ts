import { z } from 'zod';
import type { HotEntry, MadeOf } from '../../../core/hot-views.js';
import { isAfter, type Position } from '../../../core/position.js';

const entrySchema = z.object({
  madeOf: z.array(
    z.object({
      view: z.string(),
      rebuilds: z.int(),
      position: z.string(),
      subjects: z.array(z.string()),
    }),
  ),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
});

/** An entry with the run of each of its views in which it was put in. */
export interface StoredEntry {
  readonly entry: HotEntry;
  readonly runs: readonly string[];
}

/** What lies under the key of an entry, as the scripts write it; undefined for whatever else lies there. */
export function readEntry(text: string): StoredEntry | undefined {
  const end = text.indexOf('\n');
  if (end < 0) return undefined;
  const runs = text
    .slice(0, end)
    .split(',')
    .map((tag) => tag.split('|')[0] ?? '');
  const parsed = entrySchema.safeParse(json(text.slice(end + 1)));
  return parsed.success && parsed.data.madeOf.length === runs.length
    ? { entry: parsed.data, runs }
    : undefined;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export interface StoredView {
  readonly rebuilds: number;
  readonly run: string;
  readonly position: Position;
}

export function readView(text: string | null | undefined): StoredView | undefined {
  const [, rebuilds, run, position] = /^(\d+)\|([^|]+)\|([^|]*)$/.exec(text ?? '') ?? [];
  return run === undefined || position === undefined
    ? undefined
    : { rebuilds: Number(rebuilds), run, position };
}

/** Whether one view's part of an entry is as new as all that is known of its subjects. */
export function holdsFor(
  made: MadeOf,
  run: string | undefined,
  known: { readonly view: StoredView | undefined; readonly subjects: readonly (string | null | undefined)[] },
): boolean {
  const { view, subjects } = known;
  if (!view || view.run !== run || view.rebuilds !== made.rebuilds) return false;
  return subjects.every((text) => {
    const [, knownRun, at] = /^([^|]+)\|([^|]*)$/.exec(text ?? '') ?? [];
    return knownRun === run && at !== undefined && !isAfter(at, made.position);
  });
}
