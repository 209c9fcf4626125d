import type { RgbImage } from './video-tools.js';

/** Which model said it, so that a decision can be explained and repeated years later. */
export interface ModelIdentity {
  readonly provider: string;
  readonly model: string;
  /** sha256 of the weights, or the provider's version. */
  readonly version: string;
}

/** Probability (0..1) by what a model looks for, in its own words. */
export type ModerationLabels = Readonly<Record<string, number>>;

export interface DetectedObject {
  readonly label: string;
  /** 0..1 */
  readonly confidence: number;
  /** Left, top, width, height as fractions of the picture. */
  readonly box: readonly [number, number, number, number];
}

/** The port to picture models. Throws `unavailable` when the model cannot be had. */
export interface VisionModels {
  moderate(
    images: readonly RgbImage[],
    signal: AbortSignal,
  ): Promise<{ readonly model: ModelIdentity; readonly labels: readonly ModerationLabels[] }>;
  detect(
    images: readonly RgbImage[],
    signal: AbortSignal,
  ): Promise<{ readonly model: ModelIdentity; readonly objects: readonly (readonly DetectedObject[])[] }>;
  /** Lets go of threads and memory; the next call loads again. */
  close(): Promise<void>;
}
