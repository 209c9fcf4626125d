const START_CODE = Buffer.from([0, 0, 0, 1]);
const RTP_HEAD_BYTES = 12;
/** More than a frame of any camera has; a unit without an end is not collected for ever. */
const MOST_UNIT_BYTES = 8 * 2 ** 20;
/** Nor of parts, which may hold nothing. */
const MOST_PARTS = 16_384;

/** A unit of a codec as it stands in a file (Annex B). */
export const withStartCode = (unit: Buffer): Buffer => Buffer.concat([START_CODE, unit]);

interface UnitTypes {
  readonly headBytes: number;
  typeOf(unit: Buffer): number;
  /** Several units in one packet, and one in several. */
  readonly aggregate: number;
  readonly fragment: number;
  /** The head of a unit, from that of its fragments. */
  headOf(fragment: Buffer): Buffer;
}

/** RFC 6184 and RFC 7798, as far as cameras use them. */
const UNITS: Readonly<Record<'h264' | 'hevc', UnitTypes>> = {
  h264: {
    headBytes: 1,
    typeOf: (unit) => (unit[0] ?? 0) & 0x1f,
    aggregate: 24,
    fragment: 28,
    headOf: (fragment) => Buffer.from([((fragment[0] ?? 0) & 0xe0) | ((fragment[1] ?? 0) & 0x1f)]),
  },
  hevc: {
    headBytes: 2,
    typeOf: (unit) => ((unit[0] ?? 0) >> 1) & 0x3f,
    aggregate: 48,
    fragment: 49,
    headOf: (fragment) =>
      Buffer.from([((fragment[0] ?? 0) & 0x81) | (((fragment[2] ?? 0) & 0x3f) << 1), fragment[1] ?? 0]),
  },
};

/** Gives the units that packets of RTP (RFC 3550) hold, as they become whole. What is damaged is left out. */
export function createDepacketizer(codec: 'h264' | 'hevc', payloadType: number) {
  const { headBytes, typeOf, aggregate, fragment, headOf } = UNITS[codec];
  let parts: Buffer[] | undefined;
  let bytes = 0;
  let expected: number | undefined;

  function payloadOf(packet: Buffer): Buffer | undefined {
    if (packet.length < RTP_HEAD_BYTES || (packet[0] ?? 0) >> 6 !== 2) return undefined;
    if (((packet[1] ?? 0) & 0x7f) !== payloadType) return undefined;
    const flags = packet[0] ?? 0;
    let begin = RTP_HEAD_BYTES + 4 * (flags & 0x0f);
    if (flags & 0x10) begin += 4 + 4 * (packet.length >= begin + 4 ? packet.readUInt16BE(begin + 2) : 0);
    const padding = flags & 0x20 ? (packet.at(-1) ?? 0) : 0;
    const sequence = packet.readUInt16BE(2);
    // The rest of a unit whose middle is lost is worth nothing.
    if (expected !== undefined && sequence !== expected) parts = undefined;
    expected = (sequence + 1) & 0xffff;
    return begin < packet.length - padding ? packet.subarray(begin, packet.length - padding) : undefined;
  }

  function unitsIn(payload: Buffer): Buffer[] {
    const units: Buffer[] = [];
    for (let at = headBytes; at + 2 <= payload.length; ) {
      const end = at + 2 + payload.readUInt16BE(at);
      if (end > payload.length) break;
      if (end > at + 2) units.push(payload.subarray(at + 2, end));
      at = end;
    }
    return units;
  }

  function joined(payload: Buffer): Buffer[] {
    const flags = payload[headBytes] ?? 0;
    const isStart = (flags & 0x80) !== 0;
    if (isStart) {
      parts = [headOf(payload)];
      bytes = 0;
    }
    if (!parts) return [];
    const part = payload.subarray(headBytes + 1);
    bytes += part.length;
    if (bytes > MOST_UNIT_BYTES || parts.length > MOST_PARTS) {
      parts = undefined;
      return [];
    }
    parts.push(part);
    if ((flags & 0x40) === 0) return [];
    const unit = Buffer.concat(parts);
    parts = undefined;
    return [unit];
  }

  return (packet: Buffer): readonly Buffer[] => {
    const payload = payloadOf(packet);
    if (!payload || payload.length <= headBytes) return [];
    const type = typeOf(payload);
    if (type === aggregate) return unitsIn(payload);
    if (type === fragment) return joined(payload);
    return [payload];
  };
}
