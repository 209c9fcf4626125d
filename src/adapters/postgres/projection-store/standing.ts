import { type MediaFlowError, unavailable } from '../../../core/errors.js';
import { type Position, START } from '../../../core/position.js';

/** Events between two positions, where the store's positions tell it. */
export type EventsBetween = (after: Position, upTo: Position) => number;

/** How much of the log a rebuild has behind it, 0 to 1; null where positions do not tell it. */
export function fractionOf(
  { position, head }: { readonly position: Position; readonly head: Position },
  eventsBetween: EventsBetween | undefined,
): number | null {
  if (!eventsBetween) return null;
  const all = eventsBetween(START, head);
  return all === 0 ? 0 : eventsBetween(START, position) / all;
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

/**
 * Why waiting for these views is in vain, if it is. Nobody is to wait for a view that stands still, least of all
 * everybody for five seconds each time.
 */
export function whyInVain(
  views: readonly ViewBehind[],
  timeoutMilliseconds: number,
  eventsBetween: EventsBetween | undefined,
): MediaFlowError | undefined {
  const failed = views.flatMap((view) => (view.failed ? [view.name] : []));
  if (failed.length > 0)
    return unavailable(
      'view_failed',
      `What you changed is kept, but the view ${failed.join(', ')} cannot get past an event (GET /v1/projections says why)`,
      { projections: failed },
    );
  const [slowest] = views
    .flatMap(({ name, rebuild }) =>
      rebuild?.eta_seconds ? [{ name, ...rebuild, left: rebuild.eta_seconds }] : [],
    )
    .sort((a, b) => b.left - a.left);
  if (!slowest || slowest.left * 1000 <= timeoutMilliseconds) return undefined;
  const fraction = fractionOf(slowest, eventsBetween);
  const percent = fraction === null ? null : Math.floor(fraction * 100);
  const retryAfterSeconds = Math.ceil(slowest.left);
  return unavailable(
    'view_rebuilding',
    `What you changed is kept, but the view ${slowest.name} stands still while it is filled anew after an upgrade: ` +
      `${percent === null ? '' : `${percent} % done, `}about ${retryAfterSeconds} s left`,
    { projections: [slowest.name], percent, retryAfterSeconds },
  );
}
