import { type MediaFlowError, unavailable } from '../../../core/errors.js';
import type { EventStore } from '../../../core/event-store.js';
import { type Position, START } from '../../../core/position.js';

/** Knows how far positions are apart, if anybody does. */
export type Distances = Pick<EventStore, 'eventsBetween'>;

/** How much of the log a rebuild has behind it, 0 to 1; null where positions do not tell it. */
export function fractionOf(
  { position, head }: { readonly position: Position; readonly head: Position },
  store: Distances,
): number | null {
  const all = store.eventsBetween?.(START, head);
  const done = store.eventsBetween?.(START, position);
  if (all === undefined || done === undefined) return null;
  return all === 0 ? 0 : done / all;
}

/** A view that has not passed a position yet. */
export interface ViewBehind {
  readonly name: string;
  /** At an event it cannot get past. */
  readonly failed: boolean;
  /** Of a newer version than the rows: until it is done nobody writes to these. */
  readonly rebuild: {
    readonly position: Position;
    readonly head: Position;
    readonly eta_seconds: number | null;
  } | null;
}

/** After which to ask again about a rebuild of which nobody can tell how long it takes. */
const RETRY_SECONDS = 30;

/**
 * Why waiting for these views is in vain, if it is. Nobody is to wait for a view that stands still, least of all
 * everybody for five seconds each time.
 */
export function whyInVain(
  views: readonly ViewBehind[],
  timeoutMilliseconds: number,
  store: Distances,
): MediaFlowError | undefined {
  const failed = views.flatMap((view) => (view.failed ? [view.name] : []));
  if (failed.length > 0)
    return unavailable(
      'view_failed',
      `What you changed is kept, but the view ${failed.join(', ')} cannot get past an event (GET /v1/projections says why)`,
      { projections: failed },
    );
  // Where nobody can tell how long it takes, it may be hours.
  const unknown = store.eventsBetween ? 0 : Number.POSITIVE_INFINITY;
  const [slowest] = views
    .flatMap(({ name, rebuild }) =>
      rebuild ? [{ name, ...rebuild, left: rebuild.eta_seconds ?? unknown }] : [],
    )
    .sort((a, b) => b.left - a.left);
  if (!slowest || slowest.left * 1000 <= timeoutMilliseconds) return undefined;
  const fraction = fractionOf(slowest, store);
  const percent = fraction === null ? null : Math.floor(fraction * 100);
  const isKnown = Number.isFinite(slowest.left);
  const retryAfterSeconds = isKnown ? Math.ceil(slowest.left) : RETRY_SECONDS;
  const far = [
    ...(percent === null ? [] : [`${percent} % done`]),
    isKnown ? `about ${retryAfterSeconds} s left` : 'nobody can tell for how long',
  ].join(', ');
  return unavailable(
    'view_rebuilding',
    `What you changed is kept, but the view ${slowest.name} stands still while it is filled anew after an upgrade: ${far}`,
    { projections: [slowest.name], percent, retryAfterSeconds },
  );
}
