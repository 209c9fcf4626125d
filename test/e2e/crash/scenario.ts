import { pick, randomOf } from '../support/seeded-random.js';

/** What may be killed, as by `kill -9`. */
export type Victim = 'server' | 'postmaster' | 'backend' | 'ffmpeg' | 'pictures';

export interface UploadPlan {
  readonly title: string;
  /** `joined`: several tus uploads, concatenated. `address`: fetched by the product itself. */
  readonly via: 'form' | 'tus' | 'joined' | 'address';
  /** Which of the clips; the one after the last is no media. */
  readonly clip: number;
  /** Of tus alone: how much a PATCH carries. */
  readonly patchBytes: number;
  /** Of a joined one alone. */
  readonly parts: number;
  readonly beginAfterMs: number;
  /** Titles it is given one after another once it is here, as fast as they are answered. */
  readonly edits: readonly string[];
  /** Null where it stays. */
  readonly deleteAfterMs: number | null;
  /** What a person says when it waits to be looked at; null where nobody says anything. Of what is no media, a retry. */
  readonly review: 'approve' | 'reject' | null;
}

export interface ViewerPlan {
  readonly userId: string;
  /** What is told in one request each, once an item is here. */
  readonly batches: readonly (readonly ('play' | 'like' | 'complete')[])[];
  readonly asksForRecommendation: boolean;
}

/** Viewers who tell on and on, so that whatever else happens, happens while the log grows. */
export interface CrowdPlan {
  readonly userIds: readonly string[];
  readonly batches: number;
  readonly batchSize: number;
}

/** One round under fire, wholly determined by its seed. Times are after its beginning. */
export interface Scenario {
  readonly seed: number;
  readonly uploads: readonly UploadPlan[];
  readonly viewers: readonly ViewerPlan[];
  readonly crowd: CrowdPlan;
  readonly rebuilds: readonly { readonly view: string; readonly afterMs: number }[];
  readonly kills: readonly { readonly victim: Victim; readonly afterMs: number }[];
}

const VICTIMS: readonly Victim[] = ['server', 'postmaster', 'backend', 'ffmpeg', 'pictures'];
const VIEWS = ['media-library', 'media-history', 'jobs', 'viewer-activity', 'popularity', 'trending'];
const SPAN_MS = 5_000;
/** What is uploaded at the end of it is worked on for longer. */
const KILLS_SPAN_MS = 8_000;

/** The scenario of a seed. `clips` is how many films, pictures and songs there are to choose from. */
export function scenarioOf(
  seed: number,
  clips: number,
  vias: readonly UploadPlan['via'][] = ['form', 'tus', 'joined'],
): Scenario {
  const random = randomOf(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const times = <T>(count: number, make: (index: number) => T) =>
    Array.from({ length: count }, (_, i) => make(i));
  const name = (what: string) => `seed ${seed}: ${what}`;
  return {
    seed,
    uploads: times(2 + below(3), (index) => ({
      title: name(`upload ${index}`),
      via: pick(vias, random),
      clip: random() < 0.15 ? clips : below(clips),
      patchBytes: 4_000 + below(40_000),
      parts: 2 + below(2),
      beginAfterMs: below(SPAN_MS / 2),
      edits: times(below(4), (edit) => name(`upload ${index}, title ${edit}`)),
      deleteAfterMs: random() < 0.3 ? below(SPAN_MS) : null,
      review: random() < 0.8 ? (random() < 0.8 ? 'approve' : 'reject') : null,
    })),
    viewers: times(1 + below(3), (index) => ({
      userId: name(`viewer ${index}`),
      batches: times(1 + below(4), () =>
        times(1 + below(5), () => pick(['play', 'like', 'complete'], random)),
      ),
      asksForRecommendation: random() < 0.7,
    })),
    crowd: {
      userIds: times(3, (index) => name(`crowd ${index}`)),
      batches: 10 + below(10),
      batchSize: 10 + below(20),
    },
    rebuilds: times(1 + below(3), () => ({ view: pick(VIEWS, random), afterMs: below(SPAN_MS) })),
    kills: times(1 + below(3), () => ({
      victim: pick(VICTIMS, random),
      afterMs: below(KILLS_SPAN_MS),
    })).toSorted((a, b) => a.afterMs - b.afterMs),
  };
}
