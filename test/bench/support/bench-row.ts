/** What `ours / limit` has to be. */
export type Target = { readonly atMost: number } | { readonly atLeast: number };

export interface BenchRow {
  readonly what: string;
  readonly ours: number;
  /** The figure to keep to, or that of a peer measured in the same run; NaN when there is none. */
  readonly limit: number;
  readonly unit: string;
  readonly ratio: number;
  readonly note: string;
  /** Absent where the figure is only watched. */
  readonly target?: Target;
}

export interface Figure {
  readonly what: string;
  readonly ours: number;
  readonly unit: string;
  readonly note: string;
}

/** A figure that has to stay within a limit. */
export const within = (limit: number, figure: Figure): BenchRow => ({
  ...figure,
  limit,
  ratio: figure.ours / limit,
  target: { atMost: 1 },
});

/** A figure that has to reach a goal. */
export const atLeast = (goal: number, figure: Figure): BenchRow => ({
  ...figure,
  limit: goal,
  ratio: figure.ours / goal,
  target: { atLeast: 1 },
});

/** A figure beside the same one of a peer; the ratio is only watched. */
export const beside = (peer: number, figure: Figure): BenchRow => ({
  ...figure,
  limit: peer,
  ratio: figure.ours / peer,
});

/** A figure without anything to compare it with. */
export const watched = (figure: Figure): BenchRow => ({
  ...figure,
  limit: Number.NaN,
  ratio: Number.NaN,
});

export function isMet({ ratio, target }: BenchRow): boolean | undefined {
  if (!target || Number.isNaN(ratio)) return undefined;
  return 'atMost' in target ? ratio <= target.atMost : ratio >= target.atLeast;
}

/** The same with a target, where there is one and it has none yet. */
export const aimedAt = (target: Target | undefined, row: BenchRow): BenchRow =>
  target && !row.target ? { ...row, target } : row;
