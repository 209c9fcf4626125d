import sharp from 'sharp';

/** Four quarters, each of a colour of its own: which way up it is, and mirrored or not, is seen in its corners. */
export async function quarters(width = 256, height = 128): Promise<Buffer> {
  const part = (background: string) => ({
    create: { width: width / 2, height: height / 2, channels: 3 as const, background },
  });
  return sharp({ create: { width, height, channels: 3, background: '#c83232' } })
    .composite([
      { input: part('#32c832'), left: width / 2, top: 0 },
      { input: part('#3232c8'), left: 0, top: height / 2 },
      { input: part('#c8c832'), left: width / 2, top: height / 2 },
    ])
    .png()
    .toBuffer();
}
