import type { KeptEntry } from './hot-views.js';
import type { Position } from './position.js';

/** What is asked often and answered from few rows. */
export interface HotQuestion {
  /** Names the question, what it is about, and whom the answer is for: those who may see different things have different keys. */
  readonly key: string;
  /** The views it reads. */
  readonly views: readonly string[];
  /** The answer has to know all up to here. */
  readonly after: Position | undefined;
}

export interface WorkedOutAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** By view, whose rows it was made of, those included that would have changed it by being there. */
  readonly subjects: Readonly<Record<string, readonly string[]>>;
  /** After which it is worked out anew, whatever has changed: for what changes by itself, or with every event. */
  readonly lifetimeMilliseconds?: number;
}

export interface HotAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Under which it can be given again without asking, as long as it holds. */
  readonly kept?: KeptEntry;
}

/** Answers at hand as long as nothing they were made of has changed. */
export interface HotAnswers {
  /**
   * Throws what working it out throws; of errors nothing is kept. With `fresh` it has to be worked out from now on, not
   * given again.
   */
  answer(
    question: HotQuestion,
    workOut: (how: { readonly fresh: boolean }) => Promise<WorkedOutAnswer>,
  ): Promise<HotAnswer>;
  /** Whether an answer that was kept is still what would be answered. */
  holds(kept: KeptEntry): boolean;
}

/** Works everything out. */
export const nothingAtHand: HotAnswers = {
  answer: ({ after }, workOut) => workOut({ fresh: after !== undefined }),
  holds: () => false,
};
