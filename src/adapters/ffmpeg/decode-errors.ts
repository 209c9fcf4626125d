import { decoders } from './allow-lists.js';

/** `[hevc @ 0x…] [error] …`, and `[vist#0:0/hevc @ 0x…] [dec:hevc @ 0x…] [error] …` from version 7 on. */
const fromDecoder = new RegExp(
  `^(?:\\[[^\\]]+\\] )*\\[(?:dec:[^\\]]*|vist#[^\\]]*|${decoders.video.join('|')}) @ [^\\]]+\\] \\[(?:error|fatal)\\]`,
  'm',
);
const fromTool = /^.*(?:Error while decoding stream|Error submitting packet|corrupt decoded frame)/m;

/**
 * Reading ahead, ffmpeg opens the decoders of all tracks, and what it has against another track is not about the picture.
 * Of a log whose beginning was cut nobody can tell.
 */
const whileDecoding = (log: string): string => log.slice(Math.max(0, log.search(/^.*Stream mapping:$/m)));

/**
 * Whether a log, kept with `-loglevel level+info`, tells that frames were damaged or lacked what they are
 * built on. Decoders conceal that: they give out grey, or what was there before.
 */
export const decodedWithErrors = (log: string): boolean => {
  const decoding = whileDecoding(log);
  return fromDecoder.test(decoding) || fromTool.test(decoding);
};
