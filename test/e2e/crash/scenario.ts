/** What may be killed, as by `kill -9`. */
export type Victim = 'server' | 'postmaster' | 'backend' | 'ffmpeg';

export interface UploadPlan {
  readonly title: string;
  readonly via: 'form' | 'tus';
  /** Which of the clips. */
  readonly clip: number;
  /** Of tus alone: how much a PATCH carries. */
  readonly patchBytes: number;
  readonly beginAfterMs: number;
  /** Titles it is given one after another once it is here, as fast as they are answered. */
  readonly edits: readonly string[];
  /** Null where it stays. */
  readonly deleteAfterMs: number | null;
}

export interface ViewerPlan {
  readonly userId: string;
  /** What is told in one request each, once an item is here. */
  readonly batches: readonly (readonly ('play' | 'like' | 'complete')[])[];
  readonly asksForRecommendation: boolean;
}

/** One round under fire, wholly determined by its seed. Times are after its beginning. */
export interface Scenario {
  readonly seed: number;
  readonly uploads: readonly UploadPlan[];
  readonly viewers: readonly ViewerPlan[];
  readonly rebuilds: readonly { readonly view: string; readonly afterMs: number }[];
  readonly kills: readonly { readonly victim: Victim; readonly afterMs: number }[];
}

const VICTIMS: readonly Victim[] = ['server', 'postmaster', 'backend', 'ffmpeg'];
const VIEWS = ['media-library', 'media-history', 'jobs', 'viewer-activity', 'popularity', 'trending'];
const SPAN_MS = 5_000;

/** The scenario of a seed. `clips` is how many there are to choose from. */
export function scenarioOf(seed: number, clips: number): Scenario {
  const random = randomOf(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const times = <T>(count: number, make: (index: number) => T) =>
    Array.from({ length: count }, (_, i) => make(i));
  const name = (what: string) => `seed ${seed}: ${what}`;
  return {
    seed,
    uploads: times(2 + below(3), (index) => ({
      title: name(`upload ${index}`),
      via: random() < 0.5 ? 'form' : 'tus',
      clip: below(clips),
      patchBytes: 4_000 + below(40_000),
      beginAfterMs: below(SPAN_MS / 2),
      edits: times(below(4), (edit) => name(`upload ${index}, title ${edit}`)),
      deleteAfterMs: random() < 0.3 ? below(SPAN_MS) : null,
    })),
    viewers: times(1 + below(3), (index) => ({
      userId: name(`viewer ${index}`),
      batches: times(1 + below(4), () =>
        times(1 + below(5), () => pick(['play', 'like', 'complete'], random)),
      ),
      asksForRecommendation: random() < 0.7,
    })),
    rebuilds: times(below(3), () => ({ view: pick(VIEWS, random), afterMs: below(SPAN_MS) })),
    kills: times(1 + below(3), () => ({ victim: pick(VICTIMS, random), afterMs: below(SPAN_MS) })).toSorted(
      (a, b) => a.afterMs - b.afterMs,
    ),
  };
}

const pick = <T>(choices: readonly T[], random: () => number): T =>
  choices[Math.floor(random() * choices.length)] as T;

/** Numbers from 0 to 1 that a seed repeats (mulberry32, Tommy Ettinger, public domain). */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
