import { randomUUID } from 'node:crypto';
import type { HotViews, ViewMark } from '../../../core/hot-views.js';
import { isAfter } from '../../../core/position.js';
import type { Redis } from '../connection/open-redis.js';
import { PUT, TELL } from './scripts.js';
import { holdsFor, readEntry, readView, type StoredView } from './stored-entry.js';

/** A view of which nobody tells anything for so long is not known any more. Projectors tell every few seconds. */
const VIEW_MILLISECONDS = 24 * 3600 * 1000;
/** Longer than entries live; one whose subjects are not known any more is none. */
const SUBJECT_MILLISECONDS = 120_000;

/**
 * Answers in Redis, for all processes that share it. What Redis forgets, for whatever reason, ends what depends on it: an entry is
 * nothing without what is known of its views and subjects, a view of which nothing is known begins a new run, and one that knows
 * less than its reader (as after a start from old data) gives nothing.
 */
export function createRedisHotViews(options: {
  readonly redis: Redis;
  /** Before every key: another one for each log, since positions are of a log. */
  readonly prefix: string;
}): HotViews {
  const { redis, prefix } = options;
  const entryKey = (key: string) => `${prefix}entry:${key}`;
  const viewKey = (view: string) => `${prefix}view:${view}`;
  const subjectKey = (view: string, rebuilds: number, subject: string) =>
    `${prefix}subject:${view}@${rebuilds}:${subject}`;

  const isTold = ({ rebuilds, position }: ViewMark, told: StoredView | undefined): boolean =>
    told !== undefined && told.rebuilds === rebuilds && !isAfter(position, told.position);

  return {
    async get(key, known) {
      const [text, leftMilliseconds] = await Promise.all([
        redis.command<string | null>('GET', entryKey(key)).catch(nothingIfRefused),
        redis.command<number>('PTTL', entryKey(key)),
      ]);
      const stored = text ? readEntry(text) : undefined;
      if (!stored || leftMilliseconds <= 0) return undefined;
      const { entry, runs } = stored;
      // What is known now can only have become more since the entry was read.
      const views = [...new Set([...entry.madeOf, ...known].map(({ view }) => view))];
      const subjects = entry.madeOf.flatMap((made) =>
        made.subjects.map((subject) => subjectKey(made.view, made.rebuilds, subject)),
      );
      const texts = await redis.command<(string | null)[]>('MGET', ...views.map(viewKey), ...subjects);
      const told = new Map(views.map((view, index) => [view, readView(texts[index])]));
      if (!known.every((mark) => isTold(mark, told.get(mark.view)))) return undefined;
      let next = views.length;
      const holds = entry.madeOf.every((made, index) => {
        const ofMade = texts.slice(next, next + made.subjects.length);
        next += made.subjects.length;
        return holdsFor(made, runs[index], { view: told.get(made.view), subjects: ofMade });
      });
      return holds ? { entry, leftMilliseconds } : undefined;
    },

    async put(key, entry, lifetimeMilliseconds) {
      const { madeOf } = entry;
      const lifetime = Math.floor(lifetimeMilliseconds);
      if (lifetime < 1) return;
      await redis.run(
        PUT,
        [
          entryKey(key),
          ...madeOf.map(({ view }) => viewKey(view)),
          ...madeOf.flatMap(({ view, rebuilds, subjects }) =>
            subjects.map((subject) => subjectKey(view, rebuilds, subject)),
          ),
        ],
        [
          ...[JSON.stringify(entry), String(lifetime), String(Math.max(SUBJECT_MILLISECONDS, lifetime))],
          ...madeOf.flatMap(({ rebuilds, position, subjects }) => [
            ...[String(rebuilds), position, String(subjects.length)],
          ]),
        ],
      );
    },

    async tell(changes) {
      await Promise.all(
        changes.map(({ view, rebuilds, from, to, subjects }) =>
          redis.run(
            TELL,
            [viewKey(view), ...subjects.map((subject) => subjectKey(view, rebuilds, subject))],
            [
              ...[String(rebuilds), randomUUID(), from, to],
              ...[String(VIEW_MILLISECONDS), String(SUBJECT_MILLISECONDS)],
            ],
          ),
        ),
      );
    },
  };
}

/** Something else lies under the key, which nobody of us has put there. */
function nothingIfRefused(error: unknown): null {
  if (error instanceof Error && error.message.startsWith('WRONGTYPE')) return null;
  throw error;
}
