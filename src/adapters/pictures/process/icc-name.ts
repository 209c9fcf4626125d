/** The name of a colour profile: its description, of which there are two forms. Null for what cannot be read. */
export function nameOfProfile(profile: Uint8Array | undefined): string | null {
  if (!profile || profile.length < 132) return null;
  const bytes = Buffer.from(profile.buffer, profile.byteOffset, profile.byteLength);
  const count = Math.min(bytes.readUInt32BE(128), 100);
  for (let index = 0; index < count; index++) {
    const at = 132 + index * 12;
    if (at + 12 > bytes.length) return null;
    if (bytes.toString('latin1', at, at + 4) !== 'desc') continue;
    const from = bytes.readUInt32BE(at + 4);
    return from + 28 > bytes.length ? null : textAt(bytes, from);
  }
  return null;
}

function textAt(bytes: Buffer, from: number): string | null {
  const form = bytes.toString('latin1', from, from + 4);
  const clean = (text: string) => text.replaceAll(/\p{C}/gu, '').trim().slice(0, 100).toWellFormed() || null;
  if (form === 'desc') {
    const length = Math.min(bytes.readUInt32BE(from + 8), 100);
    return clean(bytes.toString('latin1', from + 12, Math.min(from + 12 + length, bytes.length)));
  }
  if (form !== 'mluc') return null;
  const length = Math.min(bytes.readUInt32BE(from + 20), 200) & ~1;
  const start = from + bytes.readUInt32BE(from + 24);
  if (start + length > bytes.length) return null;
  return clean(
    Buffer.from(bytes.subarray(start, start + length))
      .swap16()
      .toString('utf16le'),
  );
}
