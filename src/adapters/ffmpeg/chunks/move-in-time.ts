import { open } from 'node:fs/promises';

/** Ticks a second of the only track of an init segment: `mdhd` of ISO/IEC 14496-12, 8.4.2. */
export function timescaleOf(init: Buffer): number {
  const at = init.indexOf('mdhd', 0, 'latin1');
  if (at < 0) throw new Error('An init segment without a media header');
  const isLong = init.readUInt8(at + 4) === 1;
  return init.readUInt32BE(at + (isLong ? 24 : 16));
}

interface Box {
  readonly type: string;
  /** Of what is behind its header. */
  readonly at: number;
  readonly end: number;
}

function* boxesIn(bytes: Buffer, from = 0, to = bytes.length): Generator<Box> {
  let at = from;
  while (at + 8 <= to) {
    const size = bytes.readUInt32BE(at);
    const end = size === 1 ? at + Number(bytes.readBigUInt64BE(at + 8)) : at + size;
    if (end <= at + 8 || end > to) throw new Error('A segment whose boxes do not fit it');
    yield { type: bytes.toString('latin1', at + 4, at + 8), at: at + (size === 1 ? 16 : 8), end };
    at = end;
  }
}

/** Adds to a number of a box of version 0 (4 bytes) or 1 (8 bytes) that stands behind version and flags. */
function addTo(bytes: Buffer, box: Box, offset: number, ticks: bigint): void {
  const at = box.at + 4 + offset;
  if (bytes.readUInt8(box.at) === 1) bytes.writeBigUInt64BE(bytes.readBigUInt64BE(at) + ticks, at);
  else bytes.writeUInt32BE(bytes.readUInt32BE(at) + Number(ticks), at);
}

/**
 * Moves a segment so many ticks ahead, in its bytes: the times of its fragments (`tfdt`, ISO/IEC 14496-12, 8.8.12) and of its index (`sidx`,
 * 8.16.3). Tells how many frames are in it (`trun`, 8.8.8).
 */
export function moveSegment(bytes: Buffer, ticks: bigint): number {
  let frames = 0;
  for (const box of boxesIn(bytes)) {
    if (box.type === 'sidx') addTo(bytes, box, 8, ticks);
    if (box.type !== 'moof') continue;
    for (const traf of boxesIn(bytes, box.at, box.end)) {
      if (traf.type !== 'traf') continue;
      for (const inner of boxesIn(bytes, traf.at, traf.end)) {
        if (inner.type === 'tfdt') addTo(bytes, inner, 0, ticks);
        if (inner.type === 'trun') frames += bytes.readUInt32BE(inner.at + 4);
      }
    }
  }
  return frames;
}

/** The same of a file. */
export async function moveSegmentFile(
  path: string,
  ticks: bigint,
): Promise<{ frames: number; bytes: number }> {
  const file = await open(path, 'r+');
  try {
    const bytes = await file.readFile();
    const frames = moveSegment(bytes, ticks);
    if (ticks > 0n) await file.write(bytes, 0, bytes.length, 0);
    return { frames, bytes: bytes.length };
  } finally {
    await file.close();
  }
}
