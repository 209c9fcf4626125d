import { deriveId } from '../core/ids.ts';
import { DIVERSITY } from './parameters.ts';
import type { ListRequest } from './recommend.js';

/** Ways of making lists that may be tried beside each other. */
export const variants = {
  /** As for everybody where nothing is tried. */
  standard: {},
  /** By score alone. */
  plain: { diversity: { ...DIVERSITY, relevance: 1 } },
  /** As standard, and then put in order by a model (`MEDIAFLOW_RERANK`). */
  reranked: {},
  /** Less of the same on a list, and less of what everybody knows. */
  diverse: { diversity: { ...DIVERSITY, relevance: 0.7 } },
} as const satisfies Readonly<Record<string, Pick<ListRequest, 'diversity'>>>;

export type VariantName = keyof typeof variants;
export const variantNames = Object.keys(variants) as readonly VariantName[];

/** What is tried, and for which part of the viewers. */
export interface Experiment {
  readonly name: string;
  /** In a fixed order; parts of any whole, above 0. */
  readonly shares: readonly { readonly variant: VariantName; readonly part: number }[];
}

const HASH_DIGITS = 8;

/** Which variant a viewer gets: the same one for as long as the experiment has its name and its shares, and another one in another. */
export function variantFor({ name, shares }: Experiment, viewerId: string): VariantName {
  const whole = shares.reduce((sum, { part }) => sum + part, 0);
  const digits = deriveId('experiment', name, viewerId).slice(0, HASH_DIGITS);
  let place = (Number.parseInt(digits, 16) / 16 ** HASH_DIGITS) * whole;
  for (const { variant, part } of shares) {
    if (place < part) return variant;
    place -= part;
  }
  return shares.at(-1)?.variant ?? 'standard';
}
