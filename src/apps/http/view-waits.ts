import type { Position } from '../../core/position.js';
import type { PositionWaiter } from '../../core/projection-store.js';

/** Each that waits holds a connection for seconds, and may have made up the position it waits for. */
const KEYLESS_WAITS = 100;

export type WaitForViews = (
  views: readonly string[],
  after: Position,
  caller: { readonly isOperator: boolean; readonly signal: AbortSignal },
) => Promise<void>;

/**
 * Waits until views have passed a position. Without a key only so many may wait at once: further ones are answered where
 * nothing is to be waited for, and asked to come again (`view_behind`) where something is.
 */
export function createViewWaits(waiter: PositionWaiter, maximumKeyless = KEYLESS_WAITS): WaitForViews {
  let keyless = 0;
  return async (views, after, { isOperator, signal }) => {
    if (isOperator) return waiter.waitFor(views, after, { signal });
    if (keyless >= maximumKeyless) return waiter.waitFor(views, after, { signal: AbortSignal.abort() });
    keyless++;
    try {
      await waiter.waitFor(views, after, { signal });
    } finally {
      keyless--;
    }
  };
}
