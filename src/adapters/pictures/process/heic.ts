import type { RawPixels } from './bmp.ts';
import { damaged } from './refusal.ts';

interface HeifImage {
  readonly handle: unknown;
  is_primary?(): boolean;
  free(): void;
}
interface Decoded {
  /** What is wrong with it; undefined where nothing is. */
  readonly code?: unknown;
  readonly image: { readonly $$: { readonly ptr: number } };
  readonly channels: readonly {
    readonly id: unknown;
    readonly width: number;
    readonly height: number;
    readonly stride: number;
    readonly data: Uint8Array;
  }[];
}
type Names<Name extends string> = Readonly<Record<Name, unknown>>;
interface Heif {
  readonly ready?: Promise<unknown>;
  readonly HeifDecoder: new () => { decode(bytes: Uint8Array): HeifImage[] };
  readonly heif_colorspace: Names<'heif_colorspace_RGB'>;
  readonly heif_chroma: Names<'heif_chroma_interleaved_RGBA'>;
  readonly heif_channel: Names<'heif_channel_interleaved'>;
  heif_js_decode_image2(handle: unknown, colorspace: unknown, chroma: unknown): Promise<Decoded | null>;
  heif_image_release(image: unknown): void;
  /** How many there are, where there is no room for any. */
  _heif_image_get_decoding_warnings(image: number, first: number, into: number, room: number): number;
}

/**
 * Decodes HEIC, which sharp does not, by libheif in WebAssembly: upright, in the colours of the file. Loaded for the
 * first that comes. Its size has been looked at before. Throws for one of which a tile is missing or damaged, which libheif
 * would leave green.
 */
export async function decodeHeic(bytes: Uint8Array): Promise<RawPixels> {
  const loaded = (await import('libheif-js/wasm-bundle.js')) as unknown as { default: Heif };
  const heif = loaded.default;
  await heif.ready;
  const images = new heif.HeifDecoder().decode(bytes);
  const image = images.find((each) => each.is_primary?.()) ?? images[0];
  if (!image) throw damaged('there is no picture in it');
  try {
    return await pixelsOf(heif, image);
  } finally {
    for (const each of images) each.free();
  }
}

async function pixelsOf(heif: Heif, { handle }: HeifImage): Promise<RawPixels> {
  const decoded = await heif.heif_js_decode_image2(
    handle,
    heif.heif_colorspace.heif_colorspace_RGB,
    heif.heif_chroma.heif_chroma_interleaved_RGBA,
  );
  if (!decoded || decoded.code) throw damaged('it cannot be decoded');
  try {
    if (heif._heif_image_get_decoding_warnings(decoded.image.$$.ptr, 0, 0, 0) > 0)
      throw damaged('a part of it cannot be decoded');
    const plane = decoded.channels.find(({ id }) => id === heif.heif_channel.heif_channel_interleaved);
    if (!plane) throw damaged('it has no pixels');
    const { width, height, stride } = plane;
    const data = new Uint8Array(width * height * 4);
    for (let row = 0; row < height; row++)
      data.set(plane.data.subarray(row * stride, row * stride + width * 4), row * width * 4);
    return { width, height, channels: 4, data };
  } finally {
    heif.heif_image_release(decoded.image);
  }
}
