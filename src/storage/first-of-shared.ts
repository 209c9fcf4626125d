import type { BlobStat } from '../core/blob-store.js';

/** Tells of a file whether its bytes have not been met under another key. */
export function firstOfShared() {
  const met = new Set<string>();
  return ({ sharedAs }: BlobStat): boolean => {
    if (sharedAs === undefined) return true;
    if (met.has(sharedAs)) return false;
    met.add(sharedAs);
    return true;
  };
}
