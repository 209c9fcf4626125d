import { z } from 'zod';
import { unsupported } from '../../core/errors.js';
import { storableText } from '../../core/storable-text.js';
import { parseRational } from './rational.js';

const toldDispositions = [
  ...['default', 'attached_pic', 'comment', 'descriptions', 'visual_impaired'],
  ...['forced', 'hearing_impaired'],
] as const;

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
  disposition: z
    .object(Object.fromEntries(toldDispositions.map((name) => [name, z.number()])))
    .partial()
    .optional(),
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

const chapterSchema = z.object({
  start_time: z.string().optional(),
  end_time: z.string().optional(),
  tags: z.object({ title: z.string() }).partial().optional(),
});

const outputSchema = z.object({
  streams: z.array(streamSchema).default([]),
  // Nothing that is worth refusing a file for.
  chapters: z.array(chapterSchema).default([]).catch([]),
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
export type HeaderChapter = z.infer<typeof chapterSchema>;

export const probedEntries = [
  'format=format_name,start_time,duration,bit_rate',
  'format_tags',
  `stream=${Object.keys(streamSchema.shape)
    .filter((key) => !['disposition', 'tags', 'side_data_list'].includes(key))
    .join(',')}`,
  `stream_disposition=${toldDispositions.join(',')}`,
  // Ogg has what a recording tells of itself on its streams, in whatever case.
  'stream_tags',
  'stream_side_data=rotation,displaymatrix',
  'chapter=start_time,end_time',
  'chapter_tags=title',
].join(':');

export const longestText = 200;
const mostStreams = 64;
const fastestFrameRate = 1000;

export const positive = (text: string | undefined): number | null => {
  const value = Number(text);
  return Number.isFinite(value) && value > 0 ? value : null;
};
export const capped = (text: string | undefined): string | null =>
  text === undefined ? null : storableText(text, longestText);
/** `00:01:02.5` (Matroska's DURATION tag) → 62.5 */
const clockSeconds = (text: string | undefined): number | null => {
  const [, hours, minutes, seconds] = /^(\d+):(\d+):(\d+(?:\.\d+)?)/.exec(text ?? '') ?? [];
  return seconds === undefined ? null : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
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

export const attachedPictures = (header: Header): readonly HeaderStream[] =>
  streamsOf(header, 'video').filter(({ disposition }) => disposition?.attached_pic === 1);

/** Broadcast containers, whose clock may begin anew in the middle. */
export const isBroadcast = ({ format }: Header): boolean => /mpeg|ogg/.test(format.format_name ?? '');

/** Containers that tell where their keyframes are. */
export const hasIndex = ({ format }: Header): boolean => /mov|matroska/.test(format.format_name ?? '');

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

const parseJson = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
};
