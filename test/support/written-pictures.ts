import sharp from 'sharp';
import type { RgbImage } from '../../src/core/video-tools.js';

/** A line that stands in a picture: where its middle and its foot are, and how high its letters. */
export interface WrittenLine {
  readonly text: string;
  readonly y: number;
  readonly size: number;
  readonly family?: 'sans-serif' | 'serif';
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** A title card: light letters in the middle of a dark ground. Needs fonts, which every fontconfig brings. */
export async function titleCard(
  lines: readonly WrittenLine[],
  { width = 960, height = 540, ground = '#101830' } = {},
): Promise<RgbImage> {
  const written = lines.map(
    ({ text, y, size, family = 'sans-serif' }) =>
      `<text x="${width / 2}" y="${y}" font-family="${family}" font-size="${size}" fill="#fff" text-anchor="middle">${escaped(text)}</text>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="${ground}"/>${written.join('')}</svg>`;
  const pixels = await sharp(Buffer.from(svg)).flatten().removeAlpha().raw().toBuffer();
  return { width, height, pixels };
}
