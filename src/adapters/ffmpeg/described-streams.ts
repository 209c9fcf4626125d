import type { AudioStreamProbe, SubtitleStreamProbe, VideoStreamProbe } from '../../core/media-probe.js';
import { storableText } from '../../core/storable-text.js';
import {
  capped,
  codecOf,
  type Header,
  type HeaderStream,
  longestText,
  positive,
  streamsOf,
  toldRates,
} from './ffprobe-output.js';
import { type Orientation, orientationOf, turnedClockwise, upright } from './orientation.js';
import { parseRational } from './rational.js';
import { tidyText } from './tidy-text.js';

const mostTags = 30;

const known = (text: string | undefined): string | null =>
  text === undefined || text === 'unknown' ? null : capped(text);

/** By the display matrix as a whole; a rotation alone, which is counted the other way round; or the old tag. */
function shownOrientation({ side_data_list: sideData = [], tags }: HeaderStream): Orientation {
  const matrix = sideData.find(({ displaymatrix }) => displaymatrix !== undefined)?.displaymatrix;
  if (matrix !== undefined) return orientationOf(matrix) ?? upright;
  const counterClockwise = sideData.find(({ rotation }) => rotation !== undefined)?.rotation;
  const clockwise = counterClockwise === undefined ? Number(tags?.rotate ?? 0) : -counterClockwise;
  return { isMirrored: false, rotationDegrees: turnedClockwise(clockwise) };
}

/** Width of a pixel over its height; beyond what cameras and discs have it is a mistake or a trap. */
const pixelShapeOf = (stream: HeaderStream): number => {
  const shape = parseRational(stream.sample_aspect_ratio) ?? 1;
  return shape >= 0.25 && shape <= 4 ? shape : 1;
};

const bitDepthOf = (stream: HeaderStream): number =>
  positive(stream.bits_per_raw_sample) ??
  Number(/p(9|10|12|14|16)(?:le|be)$/.exec(stream.pix_fmt ?? '')?.[1] ?? 8);

const usualFrameRate = 25;

/** Null for what has no size. */
export function toVideo(stream: HeaderStream): VideoStreamProbe | null {
  const [codedWidth, codedHeight] = [stream.width ?? 0, stream.height ?? 0];
  if (codedWidth <= 0 || codedHeight <= 0) return null;
  const { isMirrored, rotationDegrees } = shownOrientation(stream);
  const shownWidth = Math.max(1, Math.round(codedWidth * pixelShapeOf(stream)));
  const isTurned = rotationDegrees === 90 || rotationDegrees === 270;
  return {
    streamIndex: stream.index,
    codec: codecOf(stream),
    profile: capped(stream.profile?.toString()),
    codedWidth,
    codedHeight,
    width: isTurned ? codedHeight : shownWidth,
    height: isTurned ? shownWidth : codedHeight,
    isMirrored,
    rotationDegrees,
    frameRate: toldRates(stream).at(-1) ?? usualFrameRate,
    frameCount: positive(stream.nb_frames),
    durationSeconds: null,
    pixelFormat: capped(stream.pix_fmt) ?? 'unknown',
    bitDepth: bitDepthOf(stream),
    bitrateBps: positive(stream.bit_rate),
    ...toldColours(stream),
  };
}

/** What a stream, or a frame of it, tells of its colours. */
export const toldColours = (
  told: Pick<HeaderStream, 'color_space' | 'color_range' | 'color_transfer' | 'color_primaries'>,
) => ({
  colorPrimaries: known(told.color_primaries),
  colorTransfer: known(told.color_transfer),
  colorSpace: known(told.color_space),
  colorRange: (['tv', 'pc'] as const).find((range) => range === told.color_range) ?? null,
  isHdr: ['smpte2084', 'arib-std-b67'].includes(told.color_transfer ?? ''),
});

export const toAudio = (stream: HeaderStream): AudioStreamProbe => ({
  streamIndex: stream.index,
  codec: codecOf(stream),
  channels: stream.channels ?? 0,
  sampleRateHz: positive(stream.sample_rate) ?? 0,
  bitrateBps: positive(stream.bit_rate),
  language: languageOf(stream),
  isDefault: stream.disposition?.default === 1,
  ...((stream.disposition?.visual_impaired === 1 || stream.disposition?.descriptions === 1) && {
    isDescription: true as const,
  }),
  ...(stream.disposition?.comment === 1 && { isCommentary: true as const }),
});

const languageOf = (stream: HeaderStream): string | null => {
  const language = capped(stream.tags?.language);
  return language === 'und' ? null : language;
};

/** What programs and cameras call a track whose name nobody gave. */
const namedByPrograms =
  /handle|media|muxer|gpac|l-smash|bento4|mainconcept|gopro|\bdji\b|ambarella|insta360|^\W*(?:soun|sbtl|text|audio|sound|stereo|mono|aac|aac audio|audio track)\W*$/i;

/** What people called the tracks of sound and of text. MP4 has no other place for that than the name of their handler. */
function trackTitlesIn(header: Header): { readonly trackTitles?: Readonly<Record<string, string>> } {
  const streams = [...streamsOf(header, 'audio'), ...streamsOf(header, 'subtitle')];
  const titles = streams.flatMap(({ index, tags = {} }) => {
    const handler = namedByPrograms.test(tags.handler_name ?? '') ? undefined : tags.handler_name;
    const title = tidyText(tags.title) ?? tidyText(handler);
    return title === null ? [] : [[String(index), title] as const];
  });
  return titles.length > 0 ? { trackTitles: Object.fromEntries(titles) } : {};
}

const toSubtitle = (stream: HeaderStream): SubtitleStreamProbe => ({
  streamIndex: stream.index,
  codec: codecOf(stream),
  language: languageOf(stream),
  ...(stream.disposition?.default === 1 && { isDefault: true as const }),
  ...(stream.disposition?.forced === 1 && { isForced: true as const }),
  ...(stream.disposition?.hearing_impaired === 1 && { isForHearingImpaired: true as const }),
  ...(stream.disposition?.comment === 1 && { isCommentary: true as const }),
});

/** What is said of the file as a whole. */
export const describeFile = (header: Header) => ({
  container: capped(header.format.format_name) ?? 'unknown',
  bitrateBps: positive(header.format.bit_rate),
  subtitles: streamsOf(header, 'subtitle').map(toSubtitle),
  ...trackTitlesIn(header),
  tags: Object.fromEntries(
    Object.entries(header.format.tags ?? {})
      .filter(([key]) => !/location|gps/i.test(key)) // where somebody was is nobody's business
      .slice(0, mostTags)
      .map(([key, value]) => [storableText(key, longestText), storableText(value, longestText)]),
  ),
});
