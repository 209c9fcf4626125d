import { createBoundedMap } from '../../core/bounded-map.js';
import type {
  HotEntry,
  KeptEntry,
  LocalHotViews,
  MadeOf,
  ViewChange,
  ViewMark,
} from '../../core/hot-views.js';
import { isAfter, latest, type Position, START } from '../../core/position.js';
import { textMemoryBytes } from '../../core/text-memory.js';

/** Of a view so many subjects are remembered with their last change; what is older than the rest counts as changed. */
const SUBJECTS_A_VIEW = 50_000;
/** What an entry takes beside its text, about. */
const ENTRY_BYTES = 500;
const SUBJECT_BYTES = 60;

interface Told {
  readonly rebuilds: number;
  position: Position;
  /** Position of the last change of a subject, in the order in which they were told. */
  readonly changedAt: Map<string, Position>;
  /** What was made before it may have missed a change that is not in `changedAt`. */
  knownSince: Position;
}

/** Answers in this process, up to so many bytes. */
export function createMemoryHotViews(options: {
  readonly maximumBytes: number;
  readonly nowMilliseconds: () => number;
}): LocalHotViews {
  const { maximumBytes, nowMilliseconds } = options;
  const entries = createBoundedMap<string, KeptEntry>(maximumBytes);
  /** Whoever has one of these at hand has seen less than somebody else was answered here since. */
  const replaced = new WeakSet<KeptEntry>();
  const told = new Map<string, Told>();

  const isNewEnough = ({ view, rebuilds, position, subjects }: MadeOf): boolean => {
    const known = told.get(view);
    return (
      known !== undefined &&
      known.rebuilds === rebuilds &&
      !isAfter(known.knownSince, position) &&
      subjects.every((subject) => !isAfter(known.changedAt.get(subject) ?? START, position))
    );
  };

  const holds = (kept: KeptEntry): boolean =>
    kept.expiresAt > nowMilliseconds() && !replaced.has(kept) && kept.entry.madeOf.every(isNewEnough);

  const isTold = ({ view, rebuilds, position }: ViewMark): boolean => {
    const known = told.get(view);
    return known !== undefined && known.rebuilds === rebuilds && !isAfter(position, known.position);
  };

  function look(key: string, known: readonly ViewMark[] = []): KeptEntry | undefined {
    const kept = entries.get(key);
    if (!kept) return undefined;
    if (!holds(kept)) {
      entries.delete(key);
      return undefined;
    }
    return known.every(isTold) ? kept : undefined;
  }

  function keep(key: string, entry: HotEntry, lifetimeMilliseconds: number): KeptEntry | undefined {
    const kept = { entry, expiresAt: nowMilliseconds() + lifetimeMilliseconds };
    if (!holds(kept)) return undefined;
    const before = look(key);
    if (before && isOlder(entry, before.entry)) return undefined;
    if (before) replaced.add(before);
    entries.set(key, kept, weightOf(key, entry));
    return kept;
  }

  function note(changes: readonly ViewChange[]): void {
    for (const { view, rebuilds, from, to, subjects } of changes) {
      let known = told.get(view);
      if (known && known.rebuilds > rebuilds) continue;
      if (!known || known.rebuilds < rebuilds || isAfter(from, known.position)) {
        known = { rebuilds, position: to, changedAt: new Map(), knownSince: to };
        told.set(view, known);
      }
      known.position = latest(known.position, to);
      for (const subject of subjects) changed(known, subject, to);
    }
  }

  return {
    look,
    keep,
    holds,
    note,
    forgetAll() {
      told.clear();
      entries.clear();
    },
    async get(key, known) {
      const kept = look(key, known);
      return kept && { entry: kept.entry, leftMilliseconds: kept.expiresAt - nowMilliseconds() };
    },
    async put(...parameters) {
      keep(...parameters);
    },
    tell: async (changes) => note(changes),
  };
}

function changed(known: Told, subject: string, at: Position): void {
  const before = known.changedAt.get(subject) ?? START;
  known.changedAt.delete(subject);
  known.changedAt.set(subject, latest(before, at));
  if (known.changedAt.size <= SUBJECTS_A_VIEW) return;
  const [oldest] = known.changedAt;
  if (!oldest) return;
  known.changedAt.delete(oldest[0]);
  known.knownSince = latest(known.knownSince, oldest[1]);
}

/** Whether any of what it was made of is older than in the other. */
const isOlder = (entry: HotEntry, other: HotEntry): boolean =>
  entry.madeOf.some(({ view, position }) =>
    other.madeOf.some((made) => made.view === view && isAfter(made.position, position)),
  );

const weightOf = (key: string, { body, madeOf }: HotEntry): number =>
  textMemoryBytes(key) +
  textMemoryBytes(body) +
  ENTRY_BYTES +
  madeOf.reduce((sum, { subjects }) => sum + subjects.length * SUBJECT_BYTES, 0);
