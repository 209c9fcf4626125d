/** Of an item that was held out: how much like a rejected one it is, and whether people rejected it. */
export interface Judged {
  readonly score: number;
  readonly isRejected: boolean;
}

/**
 * How often a rejected item has a higher score than an approved one (area under the curve): 0.5 is chance, 1 is always. With how far that may be off, as one standard
 * error (Hanley and McNeil 1982).
 */
export function areaUnderCurve(judged: readonly Judged[]): { readonly auc: number; readonly error: number } {
  const rejected = judged.filter((each) => each.isRejected);
  const approved = judged.filter((each) => !each.isRejected);
  const pairs = rejected.length * approved.length;
  if (pairs === 0) return { auc: 0.5, error: 0.5 };
  let wins = 0;
  for (const { score } of rejected)
    for (const other of approved) wins += score > other.score ? 1 : score === other.score ? 0.5 : 0;
  const auc = wins / pairs;
  const square = auc * auc;
  const ofRejected = auc / (2 - auc) - square;
  const ofApproved = (2 * square) / (1 + auc) - square;
  const variance =
    (auc * (1 - auc) + (rejected.length - 1) * ofRejected + (approved.length - 1) * ofApproved) / pairs;
  return { auc, error: Math.sqrt(Math.max(0, variance)) };
}

/** The lowest threshold from which at most this share of the approved ones would be taken for rejected. */
export function thresholdFor(judged: readonly Judged[], falseAlarms: number): number {
  const approved = judged
    .filter(({ isRejected }) => !isRejected)
    .map(({ score }) => score)
    .toSorted((a, b) => b - a);
  const highestAllowed = approved[Math.floor(falseAlarms * approved.length)] ?? 0;
  const above = judged.map(({ score }) => score).filter((score) => score > highestAllowed);
  return (highestAllowed + Math.min(1, ...above)) / 2;
}

/** What comes of a threshold; precision is 0 where nothing reaches it. */
export function atThreshold(judged: readonly Judged[], threshold: number) {
  const reaching = judged.filter(({ score }) => score >= threshold);
  const hits = reaching.filter(({ isRejected }) => isRejected).length;
  const rejected = judged.filter(({ isRejected }) => isRejected).length;
  const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
  return {
    precision: share(hits, reaching.length),
    recall: share(hits, rejected),
    falseAlarms: share(reaching.length - hits, judged.length - rejected),
  };
}
