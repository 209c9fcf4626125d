import { crc32 } from 'node:zlib';
import { damaged } from './refusal.ts';

const signature = Buffer.from('89504e470d0a1a0a', 'hex');
/** Those that say what the pixels of any frame mean. */
const sharedChunks = new Set(['PLTE', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'cICP', 'sBIT']);

export interface ApngFrame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly delayMilliseconds: number;
  /** What becomes of its place before the next one. */
  readonly disposal: 'none' | 'background' | 'previous';
  /** Laid over what is there, or put in its place. */
  readonly isBlended: boolean;
  readonly data: readonly Buffer[];
}

export interface Apng {
  readonly width: number;
  readonly height: number;
  /** 0 for ever. */
  readonly plays: number;
  readonly frames: readonly ApngFrame[];
  readonly header: Buffer;
  readonly shared: readonly Chunk[];
}

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

function* chunksOf(bytes: Buffer): Generator<Chunk> {
  for (let at = signature.length; at + 12 <= bytes.length; ) {
    const end = at + 8 + bytes.readUInt32BE(at);
    if (end + 4 > bytes.length) throw damaged('a part of it is not whole');
    yield { type: bytes.toString('latin1', at + 4, at + 8), data: bytes.subarray(at + 8, end) };
    at = end + 4;
  }
}

/**
 * An animation in PNG, as the third edition of the format has it (W3C, PNG, 4.9 and 11.3.6). Undefined for a picture that stands; throws for an
 * animation that is not whole.
 */
export function readApng(bytes: Buffer): Apng | undefined {
  let header: Buffer | undefined;
  let plays: number | undefined;
  let hasData = false;
  const shared: Chunk[] = [];
  const frames: (ApngFrame & { readonly data: Buffer[] })[] = [];
  for (const chunk of chunksOf(bytes)) {
    const { type, data } = chunk;
    if (type === 'IHDR') header ??= data;
    else if (type === 'acTL' && !hasData && data.length >= 8) plays = data.readUInt32BE(4);
    else if (type === 'IDAT') {
      if (plays === undefined) return undefined;
      hasData = true;
      // A picture for those who know no animations, which is none of its frames, stands before them all.
      frames.at(0)?.data.push(data);
    } else if (type === 'fcTL' && plays !== undefined) frames.push(frameOf(data));
    else if (type === 'fdAT') frames.at(-1)?.data.push(data.subarray(4));
    else if (type === 'IEND') break;
    else if (!hasData && sharedChunks.has(type)) shared.push(chunk);
  }
  if (plays === undefined || !header || header.length < 13 || frames.length < 2) return undefined;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  for (const { x, y, data, ...frame } of frames) {
    if (data.length === 0) throw damaged('a frame has no pixels');
    if (frame.width === 0 || frame.height === 0 || x + frame.width > width || y + frame.height > height)
      throw damaged('a frame is not within the picture');
  }
  return { width, height, plays, frames, header, shared };
}

function frameOf(data: Buffer): ApngFrame & { readonly data: Buffer[] } {
  if (data.length < 26) throw damaged('a frame does not tell its size');
  const [width, height, x, y] = [4, 8, 12, 16].map((at) => data.readUInt32BE(at)) as [
    number,
    number,
    number,
    number,
  ];
  const seconds = data.readUInt16BE(20) / (data.readUInt16BE(22) || 100);
  return {
    ...{ x, y, width, height, delayMilliseconds: Math.round(seconds * 1000) },
    disposal: (['none', 'background', 'previous'] as const)[data[24] ?? 0] ?? 'none',
    isBlended: data[25] === 1,
    data: [],
  };
}

/** A frame alone, as a PNG that stands. */
export function pngOfFrame({ header, shared }: Apng, { width, height, data }: ApngFrame): Buffer {
  const own = Buffer.from(header);
  own.writeUInt32BE(width, 0);
  own.writeUInt32BE(height, 4);
  const chunk = ({ type, data }: Chunk): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const parts: readonly Chunk[] = [
    { type: 'IHDR', data: own },
    ...shared,
    ...data.map((each) => ({ type: 'IDAT', data: each })),
    { type: 'IEND', data: Buffer.alloc(0) },
  ];
  return Buffer.concat([signature, ...parts.map(chunk)]);
}
