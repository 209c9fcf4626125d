import type { Instant } from '../time.js';
import type { ViewsRead } from './views-read.js';

interface SeenAt {
  readonly at: Instant;
  /** Place in a file; null of what has no beginning. */
  readonly atSeconds: number | null;
}

export interface LiveScore extends SeenAt {
  readonly class: string;
  readonly score: number;
}

/** A source of frames, and what was to be seen of it. */
export interface LiveSource {
  readonly sourceId: string;
  readonly name: string;
  readonly kind: 'file' | 'http' | 'rtsp';
  readonly everySeconds: number;
  readonly status: 'watching' | 'interrupted' | 'ended';
  /** Why no frames come; null while they do. */
  readonly code: string | null;
  readonly retryAt: Instant | null;
  readonly startedAt: Instant;
  /** When the last frame was taken that was told of. */
  readonly lastSeenAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly endReason: string | null;
  /** What is to be seen now. */
  readonly labels: readonly string[];
  /** What was seen in the frames that were told of last, the surest first. */
  readonly sightings: readonly (SeenAt & {
    readonly label: string;
    readonly confidence: number;
    readonly frames: number;
    readonly isNow: boolean;
  })[];
  /** The highest scores in these frames. */
  readonly moderation: readonly LiveScore[];
  /** The highest score there ever was. */
  readonly worst: LiveScore | null;
  readonly models: readonly { readonly provider: string; readonly model: string; readonly version: string }[];
  readonly framesSeen: number;
  readonly framesDropped: {
    readonly publisher: number;
    readonly queue: number;
    readonly unseen: number;
  };
}

export interface LiveSourcesReader {
  /** Up to `limit`, those that began last first. */
  latest(
    filter: { readonly status?: LiveSource['status'] | undefined },
    limit: number,
  ): Promise<readonly LiveSource[]>;
  one(sourceId: string): Promise<LiveSource | undefined>;
}

export const liveSourcesViews = {
  latest: ['live-sources'],
  one: ['live-sources'],
} as const satisfies ViewsRead<LiveSourcesReader>;
