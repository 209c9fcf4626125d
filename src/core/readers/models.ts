import type { JsonObject } from '../json.js';
import type { Position } from '../position.js';
import type { Instant } from '../time.js';
import type { ViewsRead } from './views-read.js';

/** A model that was ordered, with what has become of it. */
export interface KnownModel {
  readonly modelId: string;
  readonly name: string;
  readonly status: 'queued' | 'trained' | 'failed' | 'retired';
  readonly source: 'views' | 'history';
  readonly reason: 'asked' | 'first' | 'activity';
  readonly requestedAt: Instant;
  /** How far history has been read for it; null of what learns from the views. */
  readonly historyRead: { readonly events: number; readonly position: Position } | null;
  /** Why it could not be trained, or could not at its last attempt. */
  readonly failure: { readonly code: string; readonly message: string } | null;
  /** Null until it is trained. */
  readonly trained: TrainedFacts | null;
  /** Null of what lists were never made of. */
  readonly promoted: {
    readonly at: Instant;
    readonly because: 'trained' | 'asked' | 'rolled-back';
    /** Whether what is trained by itself may take its place by itself. */
    readonly isAutomatic: boolean;
  } | null;
  readonly isCurrent: boolean;
}

export interface TrainedFacts {
  readonly at: Instant;
  readonly version: {
    readonly position: Position | null;
    readonly code: string;
    readonly parameters: JsonObject;
    readonly seed: number;
  };
  readonly blobKey: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  /** What it has learnt of, counted, by the names of `ModelTrained`. */
  readonly learnt: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly evaluation: Readonly<Record<string, number>> | null;
  /** Why it may not be used; null of one that may. */
  readonly withheld: { readonly code: string; readonly message: string } | null;
}

/** A model that can be loaded. */
export interface UsableModel {
  readonly modelId: string;
  readonly blobKey: string;
  readonly sha256: string;
}

export interface ModelsReader {
  /** The one that was promoted last and is not retired; undefined where there is none. */
  current(name: string): Promise<UsableModel | undefined>;
  /** The newest of those that were trained before the current one, were in use once, and are not retired. */
  beforeCurrent(name: string): Promise<UsableModel | undefined>;
  /** By when they were asked for, the newest first. */
  newest(name: string, limit: number): Promise<readonly KnownModel[]>;
  find(modelId: string): Promise<KnownModel | undefined>;
}

export const modelsViews = {
  current: ['models'],
  beforeCurrent: ['models'],
  newest: ['models'],
  find: ['models'],
} as const satisfies ViewsRead<ModelsReader>;
