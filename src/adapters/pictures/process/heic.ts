import type { RawPixels } from './bmp.ts';
import { Refused } from './refusal.ts';

interface HeifImage {
  get_width(): number;
  get_height(): number;
  is_primary?(): boolean;
  display(
    target: { data: Uint8ClampedArray; width: number; height: number },
    done: (result: { data: Uint8ClampedArray } | null) => void,
  ): void;
  free(): void;
}
interface Heif {
  readonly ready?: Promise<unknown>;
  readonly HeifDecoder: new () => { decode(bytes: Uint8Array): HeifImage[] };
}

/**
 * Decodes HEIC, which sharp does not, by libheif in WebAssembly: upright, in the colours of the file. Loaded for the
 * first that comes. Its size has been looked at before.
 */
export async function decodeHeic(bytes: Uint8Array): Promise<RawPixels> {
  const loaded = (await import('libheif-js/wasm-bundle.js')) as unknown as { default: Heif };
  const heif = loaded.default;
  await heif.ready;
  const images = new heif.HeifDecoder().decode(bytes);
  const image = images.find((each) => each.is_primary?.()) ?? images[0];
  if (!image) throw new Refused('corrupt_media', 'It is damaged or cut off: there is no picture in it.');
  try {
    const [width, height] = [image.get_width(), image.get_height()];
    const data = new Uint8ClampedArray(width * height * 4);
    const shown = await new Promise<{ data: Uint8ClampedArray } | null>((resolve) =>
      image.display({ data, width, height }, resolve),
    );
    if (!shown) throw new Refused('corrupt_media', 'It is damaged or cut off: it cannot be decoded.');
    return { width, height, channels: 4, data: new Uint8Array(shown.data.buffer) };
  } finally {
    for (const each of images) each.free();
  }
}
