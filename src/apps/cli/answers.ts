import type { z } from 'zod';
import type { DailyUsage } from '../../core/inference/usage-ledger.js';
import type { ListType } from '../../core/list-type.js';
import type { MediaKind } from '../../core/media-kind.js';
import type { Position } from '../../core/position.js';
import type { liveSourceSchema } from '../../queries/live-sources.js';
import type { mediaItemSchema, mediaStatusSchema } from '../../queries/media-item-schema.js';
import type { modelSchema } from '../../queries/models.js';
import type { foundMediaSchema } from '../../queries/search.js';

export type Model = z.infer<typeof modelSchema>;
export type MediaItem = z.infer<typeof mediaItemSchema>;
export type MediaStatus = z.infer<typeof mediaStatusSchema>;

export type FoundMedia = z.infer<typeof foundMediaSchema>;

export type LiveSource = z.infer<typeof liveSourceSchema>;

export interface LogEvent {
  readonly position: Position;
  readonly eventId: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: { readonly occurredAt: string; readonly actor: string };
}

export interface RecommendationList {
  readonly userId: string;
  readonly items: readonly {
    readonly mediaId: string;
    readonly title: string;
    readonly type: MediaKind | null;
    readonly score: number;
    readonly reason: string;
  }[];
  readonly type: ListType | null;
  readonly generatedAt: string | null;
  readonly requestId: string | null;
  readonly ranking: object | null;
}

export interface RecommendationRequest
  extends Pick<RecommendationList, 'userId' | 'items' | 'type' | 'ranking'> {
  readonly status: 'queued' | 'done' | 'failed';
  readonly failure: { readonly code: string; readonly message: string } | null;
  readonly endedAt: string | null;
}

export type HistoryEvent = Pick<LogEvent, 'position' | 'eventId' | 'type' | 'data'> & LogEvent['metadata'];

export interface QueueItem {
  readonly mediaId: string;
  readonly title: string;
  readonly type: MediaKind | null;
  readonly status: string;
  readonly explanation: string;
  readonly since: string;
  readonly opinion: {
    readonly decision: string;
    readonly reason: string;
    readonly reviewer: string;
  } | null;
  readonly appeal: { readonly text: string } | null;
  readonly hindrance: string | null;
  readonly claim: { readonly reviewer: string; readonly until: string } | null;
}

/** What looks like an item. */
export interface NearDuplicates {
  readonly looks: number;
  readonly items: readonly {
    readonly id: string;
    readonly title: string;
    readonly status: MediaStatus;
    readonly frames: number;
    readonly likeness: number;
  }[];
}

/** What providers of models were used for. */
export interface Usage {
  readonly from: string;
  readonly to: string;
  readonly items: readonly (Omit<DailyUsage, 'costMicros'> & { readonly cost: number })[];
  readonly total: { readonly requests: number; readonly items: number; readonly cost: number };
}

/** One step of an item, or a piece of work of its own. */
export type Job = Omit<MediaItem['steps'][number], 'step'> & {
  readonly subjectId: string;
  readonly kind: string;
  readonly updatedAt: string;
};

export interface UploadProgress {
  readonly receivedBytes: number;
  /** Null while the client has not told it. */
  readonly sizeBytes: number | null;
  /** When it is given up, unless bytes come before. */
  readonly expiresAt: string | null;
}

/** What is said of an item, or suggested for it. */
export interface SuggestedValue {
  readonly field: string;
  readonly value: string;
  readonly source?: 'file' | 'person' | 'suggestion';
  /** Of what was taken from a suggestion: no person has looked at it. */
  readonly isTakenByItself?: boolean;
  readonly confidence?: number;
  readonly provider?: string;
  readonly model?: string;
}

/** Of `GET /v1/media/{id}/metadata`, for holders of a key. */
export interface Suggested {
  readonly values: readonly SuggestedValue[];
  readonly suggestions: {
    readonly status: 'none' | 'requested' | 'suggested' | 'failed';
    readonly failure: { readonly code: string; readonly message: string } | null;
    readonly latest: {
      readonly requestId: string;
      readonly isRemembered: boolean;
      readonly taxonomy: { readonly version: string };
      readonly tokens: { readonly input: number; readonly output: number } | null;
      readonly cost: number | null;
      readonly values: readonly SuggestedValue[];
    } | null;
  };
}
