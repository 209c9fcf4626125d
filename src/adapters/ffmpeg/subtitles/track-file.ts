import type { TextLine } from '../../../core/found-text.js';
import type { LeftOutReason } from '../../../core/media-probe.js';
import type { TextTrack } from '../../../core/subtitle-tools.js';
import { plainVttText, vttFile } from '../../../core/webvtt.js';
import { decodingFor } from './character-sets.js';
import { cuesOf } from './cues.js';
import type { TextTrackBytes } from './gathered-texts.js';
import { clockOfSegments } from './subtitle-playlist.js';
import { isTextCodec } from './subtitle-tracks.js';
import type { TextBytes } from './text-packets.js';
import { textReaders } from './track-texts.js';

/** Players hold all of them, and a film of half a day with one a second has fewer. */
const mostCues = 50_000;
const mostFileBytes = 8 * 2 ** 20;

/** A track that can be shown. */
interface ReadTrack {
  /** The whole of it, as WebVTT. */
  readonly file: string;
  readonly cueCount: number;
  readonly characterSet: string;
  /** What it says, without how it is written. */
  readonly lines: TextLine[];
}

/** What is made of a track, or why nothing is. Pure. */
export function readTrack(
  { streamIndex, codec, language }: TextTrack,
  text: TextBytes,
  durationSeconds: number,
): ReadTrack | { readonly reason: LeftOutReason } {
  const bytes = text.tracks.get(streamIndex);
  if (!isTextCodec(codec) || !bytes) return { reason: 'codec_not_taken' };
  if (bytes.isTooMuch) return { reason: 'too_much_text' };
  const decoding = decodingFor(language);
  const read = textReaders[codec](bytes, decoding);
  const cues = cuesOf(timedTexts(bytes, text.startSeconds, read), durationSeconds);
  if (cues.length === 0) return { reason: 'cannot_be_decoded' };
  const file = vttFile(cues, [clockOfSegments]);
  if (cues.length > mostCues || Buffer.byteLength(file) > mostFileBytes) return { reason: 'too_much_text' };
  return { file, cueCount: cues.length, characterSet: decoding.characterSet(), lines: linesOf(cues) };
}

const linesOf = (cues: ReturnType<typeof cuesOf>): TextLine[] =>
  cues.map(({ startSeconds, payload }) => ({ atSeconds: startSeconds, text: plainVttText(payload) }));

const timedTexts = (
  { packets }: TextTrackBytes,
  zero: number,
  read: ReturnType<(typeof textReaders)['text']>,
): Parameters<typeof cuesOf>[0] =>
  packets.map(({ startSeconds, durationSeconds, bytes }) => ({
    ...{ startSeconds: startSeconds - zero, durationSeconds, text: read(bytes) },
  }));
