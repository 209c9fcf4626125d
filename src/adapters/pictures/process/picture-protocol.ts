import type { PhotoDetails } from '../../../core/image-probe.js';
import type { PictureType } from '../../../core/picture-types.js';

/** What the process of the pictures is asked; the bytes of the picture come with each question. */
export type PictureQuestion = { readonly type: PictureType } & (
  | { readonly ask: 'look' }
  | { readonly ask: 'draw'; readonly widths: readonly number[] }
  | {
      readonly ask: 'sample';
      /** Frames of an animation; of all else there is only 0. */
      readonly frames: readonly number[];
      readonly maximumSidePixels: number;
    }
);

export interface Looked {
  readonly format: string;
  readonly codedWidth: number;
  readonly codedHeight: number;
  readonly width: number;
  readonly height: number;
  readonly orientation: number;
  readonly frameCount: number;
  readonly durationSeconds: number;
  readonly hasAlpha: boolean;
  readonly bitDepth: number;
  readonly colorSpace: string;
  readonly colorProfile: string | null;
  readonly photo: PhotoDetails | null;
}

export interface DrawnPicture {
  /** `640.webp`, `poster.jpg`: what it is served as. */
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly isAnimated: boolean;
}

export interface Drawn {
  /** In the order of the bytes. */
  readonly pictures: readonly DrawnPicture[];
  readonly thumbHash: string;
  readonly dominantColor: string;
  readonly perceptualHash: string;
}

export interface Sampled {
  /** Each is two byte strings: its pixels and a JPEG. */
  readonly images: readonly { readonly width: number; readonly height: number }[];
}

/** Why a picture is not taken. All else that may go wrong, the process ends of. */
export const refusals = [
  'corrupt_media',
  'too_many_pixels',
  'too_many_frames',
  'unsupported_codec',
  'picture_memory_exceeded',
] as const;
export type PictureRefusal = (typeof refusals)[number];

export type PictureAnswer =
  | { readonly ok: Looked | Drawn | Sampled; readonly sizes: readonly number[] }
  | { readonly refused: PictureRefusal; readonly message: string };
