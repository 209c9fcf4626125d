import { type Instant, secondsBetween } from '../../core/time.js';
import type { ModerationClass, ModerationScores } from '../media/moderation-classes.js';
import type { Sighting } from './live-events.js';

/** What models said of one frame. */
export interface SeenFrame {
  /** Counted from the start of its source. */
  readonly sequence: number;
  readonly occurredAt: Instant;
  readonly atSeconds: number | null;
  /** The first one after a source was opened: it is told of at once. */
  readonly opens: boolean;
  readonly objects: readonly { readonly label: string; readonly confidence: number }[];
  readonly scores: ModerationScores;
}

type Dropped = Sighting['framesDropped'];
type Label = Sighting['labels'][number];
type Score = Sighting['moderation'][number];

/** What is to be told of a source, and what was: plain data, of bounded size. */
export interface LiveAccount {
  readonly from: Instant | undefined;
  readonly to: Instant | undefined;
  readonly lastSequence: number | null;
  readonly framesSeen: number;
  readonly framesDropped: Dropped;
  readonly labels: Readonly<Record<string, Label>>;
  readonly moderation: Readonly<Partial<Record<ModerationClass, Score>>>;
  readonly models: Sighting['models'];
  readonly hasOpened: boolean;
  /** By label, when it was last looked at, by the clock of who looks: clocks of publishers may be wrong. */
  readonly lastSeen: Readonly<Record<string, Instant>>;
  readonly told: {
    readonly at: Instant | undefined;
    readonly labels: readonly string[];
    readonly scores: Readonly<Partial<Record<ModerationClass, number>>>;
  };
}

/** Below this a detection is a guess. */
const LEAST_CONFIDENCE = 0.5;
/** What models lose sight of for less than that is still there. */
const HELD_SECONDS = 10;
/** Changes are told of no more often than that, so that what flickers does not fill the log. */
const LEAST_SECONDS_BETWEEN = 5;
/** So much higher a score has to be than the one that was told. */
const RAISED_BY = 0.2;
const MOST_LABELS = 25;

const nothingDropped: Dropped = { publisher: 0, queue: 0, unseen: 0 };

export const newAccount: LiveAccount = {
  ...{ from: undefined, to: undefined, lastSequence: null, framesSeen: 0, framesDropped: nothingDropped },
  ...{ labels: {}, moderation: {}, models: [], hasOpened: false, lastSeen: {} },
  told: { at: undefined, labels: [], scores: {} },
};

/** The account with a frame more, which was looked at now. */
export function withFrame(
  account: LiveAccount,
  frame: SeenFrame,
  { models, now }: { readonly models: Sighting['models']; readonly now: Instant },
): LiveAccount {
  const { occurredAt: at, atSeconds, sequence: lastSequence } = frame;
  const best = new Map<string, number>();
  for (const { label, confidence } of frame.objects)
    if (confidence >= LEAST_CONFIDENCE) best.set(label, Math.max(confidence, best.get(label) ?? 0));
  const labels = { ...account.labels };
  for (const [label, confidence] of best) {
    const known = labels[label];
    const frames = (known?.frames ?? 0) + 1;
    labels[label] =
      known && known.confidence >= confidence
        ? { ...known, frames }
        : { label, confidence, frames, at, atSeconds };
  }
  const moderation = { ...account.moderation };
  for (const [name, score] of Object.entries(frame.scores) as [ModerationClass, number][])
    if (score > (moderation[name]?.score ?? -1)) moderation[name] = { class: name, score, at, atSeconds };
  const seen = Object.fromEntries([...best.keys()].map((label) => [label, now]));
  return {
    ...account,
    ...{ from: account.from ?? at, to: at, lastSequence, framesSeen: account.framesSeen + 1 },
    ...{ labels, moderation, models },
    hasOpened: account.hasOpened || frame.opens,
    lastSeen: { ...account.lastSeen, ...seen },
  };
}

/** The account with frames that nobody will look at. */
export const withDropped = (account: LiveAccount, dropped: Partial<Dropped>): LiveAccount => ({
  ...account,
  framesDropped: {
    publisher: account.framesDropped.publisher + (dropped.publisher ?? 0),
    queue: account.framesDropped.queue + (dropped.queue ?? 0),
    unseen: account.framesDropped.unseen + (dropped.unseen ?? 0),
  },
});

const labelsNow = ({ lastSeen }: LiveAccount, now: Instant): readonly string[] =>
  Object.keys(lastSeen)
    // A clock that was put back must not keep what is long gone.
    .filter((label) => Math.abs(secondsBetween(lastSeen[label] as Instant, now)) < HELD_SECONDS)
    .toSorted()
    .slice(0, MOST_LABELS);

/** Whether there is anything to tell that nobody was told. */
export const isOpen = ({ framesSeen, framesDropped }: LiveAccount): boolean =>
  framesSeen > 0 || Object.values(framesDropped).some((frames) => frames > 0);

/** Whether it is time to tell of it: as a source opens, when something comes, goes or looks worse, and as a sign of life. */
export function isDue(account: LiveAccount, now: Instant, heartbeatSeconds: number): boolean {
  const { told, moderation } = account;
  if (!isOpen(account)) return false;
  if (account.hasOpened || told.at === undefined) return true;
  const sinceTold = secondsBetween(told.at, now);
  // Of a clock that was put back: who is silent until it is where it was counts as gone.
  if (sinceTold >= heartbeatSeconds || sinceTold < 0) return true;
  if (sinceTold < Math.min(LEAST_SECONDS_BETWEEN, heartbeatSeconds)) return false;
  const isRaised = Object.values(moderation).some(
    (score) => score.score >= (told.scores[score.class] ?? 0) + RAISED_BY,
  );
  return isRaised || labelsNow(account, now).join('\n') !== told.labels.join('\n');
}

/** What is told of it now, and the account that begins thereby. */
export function tell(
  account: LiveAccount,
  now: Instant,
): { readonly sighting: Sighting; readonly next: LiveAccount } {
  const here = labelsNow(account, now);
  const { from = now, to = now, lastSequence, framesSeen, framesDropped, moderation, models } = account;
  const labels = Object.values(account.labels)
    .toSorted((a, b) => b.confidence - a.confidence || (a.label < b.label ? -1 : 1))
    .slice(0, MOST_LABELS);
  const sighting = {
    ...{ from, to, lastSequence, framesSeen, framesDropped, labels, models: [...models] },
    ...{ labelsNow: [...here], moderation: Object.values(moderation) },
  };
  const lastSeen = Object.fromEntries(here.map((label) => [label, account.lastSeen[label] as Instant]));
  const scores = Object.fromEntries(Object.values(moderation).map(({ class: name, score }) => [name, score]));
  return { sighting, next: { ...newAccount, lastSeen, told: { at: now, labels: here, scores } } };
}
