import { messageOf } from '../../core/errors.js';
import type { HotAnswer, HotAnswers } from '../../core/hot-answers.js';
import type {
  FoundEntry,
  HotEntry,
  HotViews,
  KeptEntry,
  LocalHotViews,
  ViewMark,
} from '../../core/hot-views.js';
import type { Logger } from '../../core/logger.js';
import { isAfter, type Position } from '../../core/position.js';
import type { FollowedViews } from './follow-views.js';

/** Everything is told of by those who move the views; this is for what nobody thought of. */
const LIFETIME_MILLISECONDS = 60_000;

type WorkOut = Parameters<HotAnswers['answer']>[1];

/** Where an answer came from. `not_sure`: it was not clear that all changes are known here, so that nothing was looked up or kept. */
export type HotOutcome = 'local' | 'shared' | 'worked_out' | 'not_sure';

/**
 * Answers from this process, else from those that processes share, else worked out. What is worked out is tagged with
 * how far the views were known to be before they were read, so that it is never taken for newer than it is.
 */
export function createHotAnswers(options: {
  readonly local: LocalHotViews;
  readonly shared?: HotViews | undefined;
  readonly views: FollowedViews;
  readonly count: (outcome: HotOutcome) => void;
  readonly logger: Logger;
  /** Milliseconds, from any beginning. */
  readonly nowMilliseconds: () => number;
}): HotAnswers {
  const { local, shared, views, count, logger, nowMilliseconds } = options;

  async function fromShared(
    key: string,
    marks: readonly ViewMark[],
    after: Position | undefined,
  ): Promise<FoundEntry | undefined> {
    try {
      const found = await shared?.get(key, marks);
      return found && reaches(found.entry, after) ? found : undefined;
    } catch (error) {
      logger.debug({ error: messageOf(error) }, 'Shared hot views cannot be asked');
      return undefined;
    }
  }

  function share(key: string, entry: HotEntry, lifetimeMilliseconds: number): void {
    shared
      ?.put(key, entry, lifetimeMilliseconds)
      .catch((error: unknown) => logger.debug({ error: messageOf(error) }, 'A hot view cannot be shared'));
  }

  async function workOutAndKeep(
    key: string,
    marks: readonly ViewMark[],
    workOut: WorkOut,
  ): Promise<HotAnswer> {
    const [begunAt, losses] = [nowMilliseconds(), views.losses()];
    const {
      headers,
      body,
      subjects,
      lifetimeMilliseconds = LIFETIME_MILLISECONDS,
    } = await workOut({
      fresh: true,
    });
    const left = lifetimeMilliseconds - (nowMilliseconds() - begunAt);
    // A database that crashed meanwhile may have taken back what was known of it.
    if (left <= 0 || views.losses() !== losses) return { headers, body };
    const madeOf = marks.map((mark) => ({ ...mark, subjects: subjects[mark.view] ?? [] }));
    const entry = { madeOf, headers, body };
    share(key, entry, left);
    return answerOf(entry, local.keep(key, entry, left));
  }

  return {
    async answer(question, workOut) {
      const { key, after } = question;
      const marks = views.marksOf(question.views);
      if (!marks) {
        count('not_sure');
        return workOut({ fresh: after !== undefined });
      }
      const kept = local.look(key);
      if (kept && reaches(kept.entry, after)) {
        count('local');
        return answerOf(kept.entry, kept);
      }
      const found = await fromShared(key, marks, after);
      if (found) {
        count('shared');
        return answerOf(found.entry, local.keep(key, found.entry, found.leftMilliseconds));
      }
      count('worked_out');
      // Asked again, since what was known before the others were asked is older than it has to be.
      return workOutAndKeep(key, views.marksOf(question.views) ?? marks, workOut);
    },

    holds: (kept) => views.isSure() && local.holds(kept),
  };
}

const reaches = ({ madeOf }: HotEntry, after: Position | undefined): boolean =>
  after === undefined || madeOf.every(({ position }) => !isAfter(after, position));

const answerOf = ({ headers, body }: HotEntry, kept: KeptEntry | undefined): HotAnswer =>
  kept ? { headers, body, kept } : { headers, body };
