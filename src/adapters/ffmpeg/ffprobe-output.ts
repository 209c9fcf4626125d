import { z } from 'zod';
import { unsupported } from '../../core/errors.js';
import type { AudioStreamProbe, VideoStreamProbe } from '../../core/video-tools.js';
import { type Orientation, orientationOf, turnedClockwise, upright } from './orientation.js';
import { parseRational } from './rational.js';

/** Only what is used; ffprobe leaves out what it does not know and writes most numbers as strings. */
const streamSchema = z.object({
  index: z.number().int().nonnegative(),
  codec_type: z.string().optional(),
  codec_name: z.string().optional(),
  profile: z.union([z.string(), z.number()]).optional(),
  width: z.number().int().optional(),
  height: z.number().int().optional(),
  sample_aspect_ratio: z.string().optional(),
  pix_fmt: z.string().optional(),
  color_space: z.string().optional(),
  color_range: z.string().optional(),
  color_transfer: z.string().optional(),
  color_primaries: z.string().optional(),
  avg_frame_rate: z.string().optional(),
  r_frame_rate: z.string().optional(),
  bits_per_raw_sample: z.string().optional(),
  nb_frames: z.string().optional(),
  duration: z.string().optional(),
  bit_rate: z.string().optional(),
  channels: z.number().int().optional(),
  sample_rate: z.string().optional(),
  disposition: z.object({ default: z.number(), attached_pic: z.number() }).partial().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  side_data_list: z
    .array(
      z.object({
        rotation: z.coerce.number().optional().catch(undefined),
        displaymatrix: z.string().optional(),
      }),
    )
    .optional(),
});

const outputSchema = z.object({
  streams: z.array(streamSchema).default([]),
  format: z
    .object({
      format_name: z.string().optional(),
      start_time: z.string().optional(),
      duration: z.string().optional(),
      bit_rate: z.string().optional(),
      tags: z.record(z.string(), z.string()).optional(),
    })
    .default({}),
});

type ProbedStream = z.infer<typeof streamSchema>;

export const probedEntries = [
  'format=format_name,start_time,duration,bit_rate',
  'format_tags',
  `stream=${Object.keys(streamSchema.shape)
    .filter((key) => !['disposition', 'tags', 'side_data_list'].includes(key))
    .join(',')}`,
  'stream_disposition=default,attached_pic',
  'stream_tags=language,rotate,DURATION',
  'stream_side_data=rotation,displaymatrix',
].join(':');

const longestText = 200;
const mostTags = 30;
const mostStreams = 64;
const fastestFrameRate = 1000;

const positive = (text: string | undefined): number | null => {
  const value = Number(text);
  return Number.isFinite(value) && value > 0 ? value : null;
};
const capped = (text: string | undefined): string | null => text?.slice(0, longestText) ?? null;
const known = (text: string | undefined): string | null =>
  text === undefined || text === 'unknown' ? null : capped(text);

/** `00:01:02.5` (Matroska's DURATION tag) → 62.5 */
const clockSeconds = (text: string | undefined): number | null => {
  const [, hours, minutes, seconds] = /^(\d+):(\d+):(\d+(?:\.\d+)?)/.exec(text ?? '') ?? [];
  return seconds === undefined ? null : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
};

/** By the display matrix as a whole; a rotation alone, which is counted the other way round; or the old tag. */
function shownOrientation({ side_data_list: sideData = [], tags }: ProbedStream): Orientation {
  const matrix = sideData.find(({ displaymatrix }) => displaymatrix !== undefined)?.displaymatrix;
  if (matrix !== undefined) return orientationOf(matrix) ?? upright;
  const counterClockwise = sideData.find(({ rotation }) => rotation !== undefined)?.rotation;
  const clockwise = counterClockwise === undefined ? Number(tags?.rotate ?? 0) : -counterClockwise;
  return { isMirrored: false, rotationDegrees: turnedClockwise(clockwise) };
}

/** Width of a pixel over its height; beyond what cameras and discs have it is a mistake or a trap. */
const pixelShapeOf = (stream: ProbedStream): number => {
  const shape = parseRational(stream.sample_aspect_ratio) ?? 1;
  return shape >= 0.25 && shape <= 4 ? shape : 1;
};

const bitDepthOf = (stream: ProbedStream): number =>
  positive(stream.bits_per_raw_sample) ??
  Number(/p(9|10|12|14|16)(?:le|be)$/.exec(stream.pix_fmt ?? '')?.[1] ?? 8);

const usualFrameRate = 25;

/** Null for what has no size. */
export function toVideo(stream: ProbedStream): VideoStreamProbe | null {
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
  told: Pick<ProbedStream, 'color_space' | 'color_range' | 'color_transfer' | 'color_primaries'>,
) => ({
  colorPrimaries: known(told.color_primaries),
  colorTransfer: known(told.color_transfer),
  colorSpace: known(told.color_space),
  colorRange: (['tv', 'pc'] as const).find((range) => range === told.color_range) ?? null,
  isHdr: ['smpte2084', 'arib-std-b67'].includes(told.color_transfer ?? ''),
});

export const toAudio = (stream: ProbedStream): AudioStreamProbe => ({
  streamIndex: stream.index,
  codec: codecOf(stream),
  channels: stream.channels ?? 0,
  sampleRateHz: positive(stream.sample_rate) ?? 0,
  bitrateBps: positive(stream.bit_rate),
  language: languageOf(stream),
  isDefault: stream.disposition?.default === 1,
});

const languageOf = (stream: ProbedStream): string | null => {
  const language = capped(stream.tags?.language);
  return language === 'und' ? null : language;
};

/** What a file says of itself, of which not all need be true. */
export type Header = z.infer<typeof outputSchema>;
export type HeaderStream = ProbedStream;

/** ffprobe's JSON. Throws `corrupt_media`. */
export function readHeader(json: string): Header {
  const parsed = outputSchema.safeParse(parseJson(json));
  if (!parsed.success)
    throw unsupported('corrupt_media', 'The file describes itself in a way we cannot read.');
  return parsed.data;
}

export const streamsOf = (
  { streams }: Header,
  type: 'video' | 'audio' | 'subtitle',
): readonly HeaderStream[] => streams.filter((stream) => stream.codec_type === type).slice(0, mostStreams);

/** Broadcast containers, whose clock may begin anew in the middle. */
export const isBroadcast = ({ format }: Header): boolean => /mpeg|ogg/.test(format.format_name ?? '');

/** How long a stream says it lasts; null where it does not. Matroska's is the time of its end. */
export const toldSeconds = (stream: HeaderStream): number | null =>
  positive(stream.duration) ?? clockSeconds(stream.tags?.DURATION);

/** The rates a stream tells that can be believed. */
export const toldRates = (stream: HeaderStream): readonly number[] =>
  [parseRational(stream.r_frame_rate), parseRational(stream.avg_frame_rate)].filter(
    (rate) => rate !== null && rate <= fastestFrameRate,
  ) as number[];

export const startSecondsOf = ({ format }: Header): number => Number(format.start_time ?? 0) || 0;
export const codecOf = (stream: HeaderStream): string => capped(stream.codec_name) ?? 'unknown';

/** What is said of the file as a whole. */
export const describeFile = (header: Header) => ({
  container: capped(header.format.format_name) ?? 'unknown',
  bitrateBps: positive(header.format.bit_rate),
  subtitles: streamsOf(header, 'subtitle').map((stream) => ({
    codec: codecOf(stream),
    language: languageOf(stream),
  })),
  tags: Object.fromEntries(
    Object.entries(header.format.tags ?? {})
      .filter(([key]) => !/location|gps/i.test(key)) // where somebody was is nobody's business
      .slice(0, mostTags)
      .map(([key, value]) => [key.slice(0, longestText), value.slice(0, longestText)]),
  ),
});

const parseJson = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
};
