import type { ModerationClass, ModerationScores } from './moderation-classes.js';
import type { PolicyDocument } from './moderation-policy-document.js';

export interface ModerationFrame {
  readonly atSeconds: number;
  readonly pick: 'spread' | 'unlike';
  readonly scores: ModerationScores;
}

/** A frame that counted: what it was taken for, how surely, and which of those looked at it is. */
export interface ModerationCause {
  readonly class: ModerationClass;
  readonly score: number;
  /** Its place among the frames, from 0. */
  readonly frame: number;
  readonly atSeconds: number;
}

type Bands = PolicyDocument['classes'][ModerationClass];

/** What the scores of one class lead to. */
export interface ClassJudgement {
  readonly class: ModerationClass;
  readonly band: 'approve' | 'person' | 'reject';
  readonly rule: string;
  readonly explanation: string;
  readonly causes: readonly ModerationCause[];
  /** The highest score; null where the class was not looked for. */
  readonly worst: { readonly score: number; readonly text: string } | null;
}

/** How a frame of the class is spoken of. */
const ADJECTIVES: Readonly<Record<ModerationClass, string>> = {
  adult: 'explicit',
  suggestive: 'suggestive',
  violence: 'violent',
  graphic: 'graphic',
  text: 'abusive',
};

/** A person sees at a glance what it is about; all frames are in the queue beside. */
const MOST_CAUSES = 4;

const percent = (fraction: number): string => `${Math.round(fraction * 100)} %`;

/** A class that nobody looked for is approved. Where the model `mayReject` nothing by it, the most it leads to is a person. */
export function judgeClass(
  name: ModerationClass,
  frames: readonly ModerationFrame[],
  { person, reject }: Bands,
  mayReject: boolean,
): ClassJudgement {
  const seen = frames.flatMap(({ scores, atSeconds, pick }, frame) => {
    const score = scores[name];
    return score === undefined ? [] : [{ class: name, score, frame, atSeconds, pick }];
  });
  const spread = frames.filter(({ pick }) => pick === 'spread').length;
  const spreadAt = (at: number) => seen.filter(({ pick, score }) => pick === 'spread' && score >= at).length;
  const adjective = ADJECTIVES[name];
  const [worst] = seen.toSorted((a, b) => b.score - a.score || a.frame - b.frame);
  const text =
    worst &&
    `${adjective} ${percent(worst.score)}${frames.length === 1 ? '' : ` at ${worst.atSeconds.toFixed(1)} s`}`;
  const judged = {
    class: name,
    worst: worst && text !== undefined ? { score: worst.score, text } : null,
    causes: [],
  };
  if (!person || !worst) return { ...judged, band: 'approve', rule: '', explanation: '' };

  const causes = seen
    .filter(({ score }) => score >= person.at)
    .toSorted((a, b) => b.score - a.score || a.frame - b.frame)
    .slice(0, MOST_CAUSES)
    .map(({ pick: _, ...cause }) => cause);
  const beyondDoubt = reject ? spreadAt(reject.at) : 0;
  const isBeyondDoubt =
    reject !== null && beyondDoubt >= reject.frames && beyondDoubt / spread >= reject.share;
  if (isBeyondDoubt && mayReject)
    return {
      ...{ ...judged, causes, band: 'reject', rule: `${adjective}_in_many_frames` },
      explanation: `${beyondDoubt} of ${spread} frames are ${adjective} beyond doubt (at least ${percent(reject.at)}).`,
    };
  if (person.share === 0 && worst.score >= person.at)
    return {
      ...{ ...judged, causes, band: 'person', rule: `possibly_${adjective}_frame` },
      explanation: `Highest score: ${text}; from ${percent(person.at)} a person decides.`,
    };
  const doubtful = spreadAt(person.at);
  if (isBeyondDoubt || (person.share > 0 && doubtful / spread >= person.share))
    return {
      ...{ ...judged, causes, band: 'person', rule: `${adjective}_in_many_frames` },
      explanation: `${doubtful} of ${spread} frames are ${adjective}.`,
    };
  return { ...judged, band: 'approve', rule: '', explanation: '' };
}
