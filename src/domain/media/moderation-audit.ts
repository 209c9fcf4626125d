import { contentHash } from '../../core/content-hash.js';

const DIGITS = 12;

/**
 * Whether a person looks at an item that the policy approved, as at a `share` (0..1) of all. It follows from the item and the policy: nobody
 * can choose it, whoever decides again comes to the same, and another policy has another sample.
 */
export function isAudited(mediaId: string, policyHash: string, share: number): boolean {
  const chance = Number.parseInt(contentHash([mediaId, policyHash]).slice(0, DIGITS), 16) / 16 ** DIGITS;
  return chance < share;
}
