import sharp from 'sharp';
import type { ShownFrame } from './apng-canvas.ts';
import { longestSide } from './limits.ts';
import { damaged } from './refusal.ts';

const ANIMATED_WITH_ALPHA = 0x12;
const IN_PLACE_OF_THE_LAST = 0x02;
const longestDelayMilliseconds = 0xffffff;

/**
 * Frames as a WebP that moves, without loss: what no decoder here reads goes on as what one does. Each frame is encoded by itself and
 * put into the container (RFC 9649, 2.7) as it is.
 */
export async function animatedWebp(frames: AsyncIterable<ShownFrame>, plays: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = { width: 0, height: 0 };
  for await (const { width, height, data, delayMilliseconds } of frames) {
    const encoded = await sharp(data, { raw: { width, height, channels: 4 } })
      .resize(longestSide, longestSide, { fit: 'inside', withoutEnlargement: true })
      .webp({ lossless: true, effort: 0 })
      .toBuffer({ resolveWithObject: true });
    size = { width: encoded.info.width, height: encoded.info.height };
    const head = Buffer.alloc(16);
    head.writeUIntLE(size.width - 1, 6, 3);
    head.writeUIntLE(size.height - 1, 9, 3);
    head.writeUIntLE(Math.min(delayMilliseconds, longestDelayMilliseconds), 12, 3);
    head[15] = IN_PLACE_OF_THE_LAST;
    parts.push(chunk('ANMF', head, bitstreamIn(encoded.data)));
  }
  const canvas = Buffer.alloc(10);
  canvas[0] = ANIMATED_WITH_ALPHA;
  canvas.writeUIntLE(size.width - 1, 4, 3);
  canvas.writeUIntLE(size.height - 1, 7, 3);
  const animation = Buffer.alloc(6);
  animation.writeUInt16LE(Math.min(plays, 0xffff), 4);
  return chunk('RIFF', Buffer.from('WEBP'), chunk('VP8X', canvas), chunk('ANIM', animation), ...parts);
}

function chunk(type: string, ...parts: readonly Buffer[]): Buffer {
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  const head = Buffer.alloc(8, type, 'latin1');
  head.writeUInt32LE(size, 4);
  return Buffer.concat([head, ...parts, Buffer.alloc(size % 2)]);
}

/** The chunk of a WebP that stands which holds its pixels. */
function bitstreamIn(webp: Buffer): Buffer {
  for (let at = 12; at + 8 <= webp.length; ) {
    const end = at + 8 + webp.readUInt32LE(at + 4);
    const next = end + (end % 2);
    if (webp.toString('latin1', at, at + 4) === 'VP8L') return webp.subarray(at, next);
    at = next;
  }
  throw damaged('a frame could not be kept');
}
