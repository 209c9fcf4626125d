import type { PictureRefusal } from './picture-protocol.js';

/** What the picture is that it is not taken. */
export class Refused extends Error {
  readonly refused: PictureRefusal;

  constructor(refused: PictureRefusal, message: string) {
    super(message);
    this.refused = refused;
  }
}

export const damaged = (what: string): Refused =>
  new Refused('corrupt_media', `It is damaged or cut off: ${what}.`);

/** What libraries throw, as what the picture is: nothing else than it is given to them. */
export function refusalOf(error: unknown): Refused {
  if (error instanceof Refused) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (/pixel limit|too many pixels|dimensions exceed|Security limit|image size/i.test(message))
    return new Refused('too_many_pixels', 'It has more pixels than are taken.');
  if (/out of memory|cannot allocate|allocation failed|Array buffer allocation/i.test(message))
    return new Refused('picture_memory_exceeded', 'It needs more memory than a picture may have.');
  const [last = ''] = message.trim().split('\n').slice(-1);
  return new Refused('corrupt_media', `It is damaged or cut off: ${last.slice(0, 300).toWellFormed()}`);
}
