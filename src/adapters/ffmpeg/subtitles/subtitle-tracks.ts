import type { LeftOutReason, LeftOutTrack } from '../../../core/media-probe.js';
import { codecOf, type Header, streamsOf } from '../ffprobe-output.js';
import type { Timelines } from '../timeline.js';

/** Codecs of text, by the name of their streams: what ffmpeg hands out of each is read by a reader of its own. */
export const textCodecs = ['subrip', 'ass', 'ssa', 'mov_text', 'webvtt', 'text'] as const;
export type TextCodec = (typeof textCodecs)[number];

const bitmapCodecs: readonly string[] = ['dvd_subtitle', 'dvb_subtitle', 'hdmv_pgs_subtitle', 'xsub'];

/** Films for the whole world have some thirty. */
export const mostTextTracks = 40;

export const isTextCodec = (codec: string): codec is TextCodec =>
  (textCodecs as readonly string[]).includes(codec);

/** Which tracks of subtitles can never be shown as text, and why. `notTaken`: streams of codecs we do not take. Pure. */
export function subtitlesLeftOut(
  header: Header,
  timelines: Timelines,
  notTaken: ReadonlySet<number>,
): readonly LeftOutTrack[] {
  let kept = 0;
  const reasonOf = (streamIndex: number, codec: string): LeftOutReason | undefined => {
    if (bitmapCodecs.includes(codec)) return 'bitmap_subtitles';
    if (!isTextCodec(codec) || notTaken.has(streamIndex)) return 'codec_not_taken';
    if (!timelines.get(streamIndex)) return 'no_samples';
    kept += 1;
    return kept > mostTextTracks ? 'too_many_tracks' : undefined;
  };
  return streamsOf(header, 'subtitle').flatMap((stream) => {
    const codec = codecOf(stream);
    const reason = reasonOf(stream.index, codec);
    return reason ? [{ streamIndex: stream.index, kind: 'subtitle' as const, codec, reason }] : [];
  });
}
