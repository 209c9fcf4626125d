import type { MediaProbe } from './media-probe.js';
import type { ToolDescription } from './tool-description.js';
import type { DrawnFile, SampledFrame } from './video-tools.js';

interface OnePicture {
  readonly inputPath: string;
  readonly signal: AbortSignal;
}

/**
 * The port to what handles pictures. They are decoded in a process of its own, one at a time, under limits, which may end
 * of it without the server. Throws MediaFlowError: `unsupported` and `too-large` for what the picture is (`corrupt_media`,
 * `too_many_pixels`, `svg_refused` …), `unavailable` for what the machine lacks, `internal` for what broke on the way.
 */
export interface PictureTools {
  /** Whether a file begins like a picture, taken or not, whatever it is called. */
  isPicture(inputPath: string): Promise<boolean>;
  /** By its headers alone. */
  probe(request: OnePicture): Promise<MediaProbe>;
  /**
   * Writes what is served of it: upright, in sRGB, with nothing of what was written in it. For each width `<width>.jpg`,
   * `.webp` (which moves where the picture does) and `.avif`, none wider than the picture, and `poster.jpg`. The names given are below
   * `image/`, as they lie in the folder.
   */
  draw(
    request: OnePicture & { readonly outputFolder: string; readonly widths: readonly number[] },
  ): Promise<readonly DrawnFile[]>;
  /** Of an animation frames spread over it, of all else the one; fitted into a square, and with `jpegFolder` written there as well. */
  sampleFrames(
    request: OnePicture & {
      readonly frameCount: number;
      readonly durationSeconds: number;
      /** At the most. */
      readonly frames: number;
      /** 0..1, below 1: where in its part a frame is taken. */
      readonly random: () => number;
      readonly maximumSidePixels: number;
      readonly jpegFolder?: string;
    },
  ): Promise<readonly SampledFrame[]>;
  describe(): Promise<ToolDescription>;
  /** Lets the process go; the next picture starts another. */
  close(): Promise<void>;
}
