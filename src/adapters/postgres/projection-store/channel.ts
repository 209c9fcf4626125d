import type { Position } from '../../../core/position.js';

/** Channel of the hint that checkpoints moved; the payload is `position name name …`. */
export const PROJECTIONS_CHANNEL = 'mediaflow_projections';

/** Channel of what changed in views, told in the transaction that changes it, before the hint that they moved. */
export const VIEW_NEWS_CHANNEL = 'mediaflow_view_news';

/** A payload of that channel, as JSON. What belongs to one step may come in several. */
export interface ViewNewsMessage {
  /** Name, rebuilds, from, to. */
  readonly views: readonly (readonly [string, number, Position, Position])[];
  /** By view, whose rows changed. */
  readonly subjects?: Readonly<Record<string, readonly string[]>>;
  /** Who asked for it, where somebody only wants to know that all before it has been heard. */
  readonly echo?: string;
}
