import type { ReadLine } from '../../../core/inference/read-lines.js';
import type { RgbImage } from '../../../core/video-tools.js';
import { greyPicture, negativeOf } from './grey-picture.ts';
import { linesInTable } from './lines-in-table.ts';
import { startTesseract } from './tesseract.ts';

/** A page can be read in so many, and the engine's memory stays below 200 MB. */
const LONGEST_SIDE_PIXELS = 2000;
/** In fewer there is no letter. */
const SHORTEST_SIDE_PIXELS = 8;

/** So sure is it of no texture; see `lines-in-table.ts`. */
const SURE_OF_LINE = 0.8;

/** Loads the reader; the function it gives back reads one picture. Throws ModelFilesError. */
export async function loadTextReader(): Promise<(image: RgbImage) => readonly ReadLine[]> {
  const tesseract = await startTesseract();
  return (image) => {
    const grey = greyPicture(image, LONGEST_SIDE_PIXELS);
    if (Math.min(grey.width, grey.height) < SHORTEST_SIDE_PIXELS) return [];
    // As a page; then bright letters upon a picture, as titles are; then dark ones.
    const ways = [
      () => tesseract.tableOf(grey, 'whole'),
      () => tesseract.tableOf(negativeOf(grey), 'surroundings'),
      () => tesseract.tableOf(grey, 'surroundings'),
    ];
    for (const look of ways) {
      const lines = linesInTable(look(), grey);
      if (lines.some(({ confidence }) => confidence >= SURE_OF_LINE)) return lines;
    }
    return [];
  };
}
