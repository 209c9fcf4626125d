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
  readonly heif_suberror_code: Readonly<Record<string, { readonly value: number }>>;
  readonly HEAP32: Int32Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
}

/** What the picture says of its colours means nothing, or the file says otherwise, which counts: all of it is there. */
const HARMLESS = [
  'heif_suberror_Unknown_NCLX_color_primaries',
  'heif_suberror_Unknown_NCLX_transfer_characteristics',
  'heif_suberror_Unknown_NCLX_matrix_coefficients',
  'heif_suberror_NCLX_colr_VUI_mismatch',
];

/**
 * Decodes HEIC, which sharp does not, by libheif in WebAssembly: upright, in the colours of the file. Loaded for the
 * first that comes. Its size has been looked at before. Throws for one of which a tile is missing or damaged, which libheif
 * would leave green; what it cannot make of what is said about colours is no damage.
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

/** Whatever else libheif warns of, it has left something out that it could not decode. */
function isAnyPartMissing(heif: Heif, image: number): boolean {
  const harmless = HARMLESS.map((name) => heif.heif_suberror_code[name]?.value);
  const count = heif._heif_image_get_decoding_warnings(image, 0, 0, 0);
  // Its code, what it is more closely, and where a sentence lies.
  const warning = heif._malloc(3 * Int32Array.BYTES_PER_ELEMENT);
  try {
    for (let index = 0; index < count; index++) {
      if (heif._heif_image_get_decoding_warnings(image, index, warning, 1) !== 1) return true;
      const closely = heif.HEAP32[warning / Int32Array.BYTES_PER_ELEMENT + 1];
      if (!harmless.includes(closely)) return true;
    }
    return false;
  } finally {
    heif._free(warning);
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
    if (isAnyPartMissing(heif, decoded.image.$$.ptr)) throw damaged('a part of it cannot be decoded');
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
