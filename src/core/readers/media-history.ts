import type { JsonObject } from '../json.js';
import type { Position } from '../position.js';
import type { Instant } from '../time.js';
import type { ViewsRead } from './views-read.js';

/** An event of an item as it may be shown to whoever runs the place. */
export interface HistoryEntry {
  readonly type: string;
  readonly occurredAt: Instant;
  readonly position: Position;
  readonly eventId: string;
  readonly actor: string;
  readonly data: JsonObject;
}

export interface MediaHistoryReader {
  /** Everything that happened to an item, in the order of the log; empty for one that there never was. */
  of(mediaId: string): Promise<readonly HistoryEntry[]>;
}

export const mediaHistoryViews = { of: ['media-history'] } as const satisfies ViewsRead<MediaHistoryReader>;
