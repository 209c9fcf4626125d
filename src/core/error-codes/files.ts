import type { ErrorRoom } from './error-row.js';

/** Why a file cannot become an item: found while it is probed or worked on. */
export const files = {
  not_media: {
    kinds: ['unsupported'],
    advice:
      'The file is no media: a text, a document, an archive. Send one of the [formats](formats.md) taken.',
  },
  forbidden_format: {
    kinds: ['unsupported'],
    advice:
      'A playlist or another container that is not taken. Convert it to one of the [formats](formats.md).',
  },
  unsupported_codec: {
    kinds: ['unsupported'],
    advice:
      'The codec of the picture, or of sound alone, is not taken, or this ffmpeg has no decoder for it. Convert the file.',
  },
  unsupported_colours: {
    kinds: ['unsupported'],
    advice: 'The colours are written in a way that has no meaning. Export the file again with ordinary ones.',
  },
  no_video: {
    kinds: ['unsupported'],
    advice:
      'The file has neither picture nor sound. Of an item of an earlier release: sound alone was not taken then; `POST …/retry` takes it now.',
  },
  corrupt_media: {
    kinds: ['unsupported'],
    advice:
      'The file is damaged or cut off, so that nothing or next to nothing of it can be shown. Send a sound copy.',
  },
  too_many_pixels: {
    kinds: ['unsupported'],
    advice: 'The frames, or the picture, are larger than is taken. Send it at a smaller size.',
  },
  too_long: {
    kinds: ['too-large'],
    advice:
      'The video or the sound lasts longer than `MEDIAFLOW_MAXIMUM_DURATION_SECONDS`. Cut it, or raise that and retry.',
  },
  too_many_frames: {
    kinds: ['too-large', 'unsupported'],
    advice:
      'The video has more frames than `MEDIAFLOW_MAXIMUM_FRAMES`, or more packets than anybody would look through; or an animation has more than 2000. Cut it, or lower its frame rate.',
  },
  too_much_output: {
    kinds: ['too-large'],
    advice:
      'What is to be made of the file would take more space than `MEDIAFLOW_MAXIMUM_OUTPUT_BYTES`. Cut it, or raise that and retry.',
  },
  forbidden_output: {
    kinds: ['unsupported'],
    advice:
      'Processing this file left what it must not leave, as an attack would. Nothing of what it left is kept; do not trust the file.',
  },
  svg_refused: {
    kinds: ['unsupported'],
    advice:
      'A drawing in SVG holds scripts, fonts and links as well as shapes, and is not taken. Export it as PNG or WebP.',
  },
  picture_too_large: {
    kinds: ['too-large'],
    advice: 'The file of a picture may have 256 MiB. Send it in a format that compresses, such as JPEG.',
  },
  picture_memory_exceeded: {
    kinds: ['too-large'],
    advice:
      'Decoding the picture needed more memory than it may have. Send it smaller, or in a simpler format.',
  },
  picture_output_too_large: {
    kinds: ['too-large'],
    advice:
      'More came of the picture than could come of it, as an attack would have it. Do not trust the file.',
  },
  picture_timeout: {
    kinds: ['too-large'],
    advice: 'The picture took longer than any may. Send it smaller, or use a faster machine and retry.',
  },
  ffmpeg_memory_exceeded: {
    kinds: ['too-large'],
    advice:
      'ffmpeg needed more memory for this file than it may have. Convert the file to something simpler.',
  },
  ffmpeg_output_too_large: {
    kinds: ['too-large'],
    advice:
      'ffmpeg wrote more than could come of such a file. Convert the file, and look at where it comes from.',
  },
  ffmpeg_processes_exceeded: {
    kinds: ['too-large'],
    advice: 'ffmpeg started processes without end, as an attack would make it. Do not trust the file.',
  },
  ffmpeg_timeout: {
    kinds: ['too-large'],
    advice:
      'ffmpeg did not end within the time a file like this may take. Convert the file, or use a faster machine and retry.',
  },
} as const satisfies ErrorRoom;
