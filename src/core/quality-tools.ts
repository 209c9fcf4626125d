import type { VideoStreamProbe } from './media-probe.js';
import type { Rung } from './video-tools.js';

/** A rendition of the picture as it lies in the blob store. */
export interface RenditionToMeasure {
  readonly rung: Rung;
  /** A local path with the bytes of a file of it, by the name it has in the rendition's playlist. */
  fileOf(name: string): Promise<string>;
}

export interface RungQuality {
  /** Of the rung. */
  readonly name: string;
  /** SSIM of brightness and colour, 0..1, where 1 is the same picture: the mean of all samples. Null where there is none. */
  readonly ssim: number | null;
  /** The mean of the sample that is least like the original. */
  readonly worstSsim: number | null;
  /** When that sample begins. */
  readonly worstAtSeconds: number | null;
}

export interface MeasuredQuality {
  /** When the samples begin that were compared, each `framesEach` frames one behind the other; none where nothing could be. */
  readonly samplesAtSeconds: readonly number[];
  readonly framesEach: number;
  /** The size at which they were compared: that of the best rung. */
  readonly width: number;
  readonly height: number;
  readonly rungs: readonly RungQuality[];
}

type Size = Pick<Rung, 'width' | 'height'>;

/** What of a picture is lost where it is made smaller. */
export interface LostDetail {
  /** Frames no two of which are alike, and each of which loses at least `tellingLevels` in some size. */
  readonly tellingFrames: number;
  /** Of each size: the greatest mean difference in any square of 16 × 16 pixels of any frame, of 255. */
  readonly levels: readonly number[];
}

/** What tells how much of a picture its renditions show. */
export interface QualityTools {
  /**
   * Compares samples of renditions with what the original shows at the same time, frame by frame, everything scaled to the size of the best
   * rung. Writes to `workFolder` and leaves nothing there. A sample of the original that cannot be had undamaged is left out.
   */
  measureQuality(request: {
    readonly inputPath: string;
    readonly workFolder: string;
    readonly video: VideoStreamProbe;
    readonly durationSeconds: number;
    readonly renditions: readonly RenditionToMeasure[];
    readonly signal: AbortSignal;
  }): Promise<MeasuredQuality>;
  /**
   * What is lost of a picture in the size `shownAt` where it is made in each of `sizes` and scaled up again, by keyframes from all over it. No more
   * of them are looked at than until all sizes lose more than `noticeableLevels`: of a sharp film mostly one. Null where too little of it can be seen.
   */
  lostDetail(request: {
    readonly inputPath: string;
    readonly video: VideoStreamProbe;
    readonly durationSeconds: number;
    readonly shownAt: Size;
    readonly sizes: readonly Size[];
    readonly noticeableLevels: number;
    readonly tellingLevels: number;
    readonly signal: AbortSignal;
  }): Promise<LostDetail | null>;
}

export type QualityRequest = Parameters<QualityTools['measureQuality']>[0];
export type DetailRequest = Parameters<QualityTools['lostDetail']>[0];
