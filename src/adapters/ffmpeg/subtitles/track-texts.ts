import { readAssScript } from './ass-styles.js';
import { assText } from './ass-text.js';
import type { TextDecoding } from './character-sets.js';
import type { TextTrackBytes } from './gathered-texts.js';
import { movText } from './mov-text.js';
import { plainText, type SubtitleText } from './styled-text.js';
import { subripText } from './subrip-text.js';
import type { TextCodec } from './subtitle-tracks.js';
import { webvttText } from './webvtt-text.js';

/** What is shown by a packet of a track. */
type TextReader = (bytes: Buffer) => SubtitleText;

function readAss({ header }: TextTrackBytes, { decode }: TextDecoding): TextReader {
  const script = readAssScript(decode(header));
  return (bytes) => assText(decode(bytes), script);
}

/** One reader for each codec, made for a track. */
export const textReaders: Readonly<
  Record<TextCodec, (track: TextTrackBytes, decoding: TextDecoding) => TextReader>
> = {
  subrip:
    (_, { decode }) =>
    (bytes) =>
      subripText(decode(bytes)),
  ass: readAss,
  ssa: readAss,
  mov_text:
    ({ header }, { decode }) =>
    (bytes) =>
      movText(bytes, header, decode),
  webvtt:
    (_, { decode }) =>
    (bytes) =>
      webvttText(decode(bytes)),
  text:
    (_, { decode }) =>
    (bytes) =>
      plainText(decode(bytes)),
};
