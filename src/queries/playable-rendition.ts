export interface PlayableRendition {
  readonly name: string;
  /** Path segment its files are served under. */
  readonly pathSegment: string;
  readonly kind: 'video' | 'audio';
  readonly width: number | null;
  readonly height: number | null;
  readonly frameRate: number | null;
  readonly averageBitrateBps: number;
  readonly peakBitrateBps: number;
  readonly codecs: string;
}
