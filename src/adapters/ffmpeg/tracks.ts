import type {
  AudioStreamProbe,
  LeftOutReason,
  LeftOutTrack,
  VideoStreamProbe,
} from '../../core/media-probe.js';
import { cadenceOf } from './cadence.js';
import { toAudio, toVideo } from './described-streams.js';
import {
  codecOf,
  type Header,
  type HeaderStream,
  hasIndex,
  startSecondsOf,
  streamsOf,
  toldRates,
  toldSeconds,
} from './ffprobe-output.js';
import type { Timeline, Timelines } from './timeline.js';

/** A track that has samples of a codec we take. */
export interface Track<Stream> {
  readonly stream: Stream;
  /** Until when it lasts, from the beginning of the file. */
  readonly endSeconds: number;
  /** What it says of its length; null where it does not. On the same clock as `lastSeconds`. */
  readonly toldSeconds: number | null;
  readonly lastSeconds: number;
}

export interface Tracks {
  /** Best first. */
  readonly videos: readonly Track<VideoStreamProbe>[];
  /** In the order of the file. */
  readonly audio: readonly Track<AudioStreamProbe>[];
  readonly leftOut: readonly LeftOutTrack[];
}

export const leftOut = (
  stream: { readonly streamIndex: number; readonly codec: string },
  kind: LeftOutTrack['kind'],
  reason: LeftOutReason,
): LeftOutTrack => ({ streamIndex: stream.streamIndex, kind, codec: stream.codec, reason });

/** What a file's header and its packets together say there is. `notTaken`: streams of codecs we do not take. Pure. */
export function tracksOf(header: Header, timelines: Timelines, notTaken: ReadonlySet<number>): Tracks {
  const startSeconds = startSecondsOf(header);
  const left: LeftOutTrack[] = [];
  const tracksOfType = <Stream extends { readonly streamIndex: number; readonly codec: string }>(
    kind: LeftOutTrack['kind'],
    toStream: (stream: HeaderStream, timeline: Timeline) => Stream | null,
  ): Track<Stream>[] =>
    streamsOf(header, kind).flatMap((headerStream) => {
      if (headerStream.disposition?.attached_pic === 1) return [];
      const timeline = timelines.get(headerStream.index);
      const described = timeline && toStream(headerStream, timeline);
      if (!described || notTaken.has(headerStream.index)) {
        const reason = timeline ? 'codec_not_taken' : 'no_samples';
        left.push(leftOut({ streamIndex: headerStream.index, codec: codecOf(headerStream) }, kind, reason));
        return [];
      }
      return [
        {
          stream: described,
          endSeconds: endOf(
            timeline,
            startSeconds,
            'frameRate' in described ? Number(described.frameRate) : 0,
          ),
          toldSeconds: toldSeconds(headerStream),
          lastSeconds: timeline.lastSeconds,
        },
      ];
    });
  const videos = tracksOfType('video', (stream, timeline) =>
    measuredVideo(stream, timeline, { startSeconds, isIndexed: hasIndex(header) }),
  );
  const isDefault = new Set(
    streamsOf(header, 'video').flatMap(({ index, disposition }) =>
      disposition?.default === 1 ? [index] : [],
    ),
  );
  return {
    videos: videos.toSorted(
      (a, b) =>
        Number(isAsLong(b, videos)) - Number(isAsLong(a, videos)) ||
        Number(isDefault.has(b.stream.streamIndex)) - Number(isDefault.has(a.stream.streamIndex)) ||
        sizeOf(b) - sizeOf(a),
    ),
    audio: tracksOfType('audio', (stream) => {
      const audio = toAudio(stream);
      return audio.channels > 0 && audio.sampleRateHz > 0 && audio.codec !== 'unknown' ? audio : null;
    }),
    leftOut: left,
  };
}

/**
 * A preview of a frame or so is next to nothing beside the film, and often the first and so the default; films are told
 * apart by that flag and their size.
 */
const isAsLong = (track: Track<VideoStreamProbe>, all: readonly Track<VideoStreamProbe>[]): boolean =>
  track.endSeconds >= Math.max(...all.map(({ endSeconds }) => endSeconds)) / 2 &&
  framesOf(track) >= Math.max(...all.map(framesOf)) / 10;
const framesOf = ({ stream }: Track<VideoStreamProbe>): number => stream.frameCount ?? 0;
const sizeOf = ({ stream }: Track<VideoStreamProbe>): number => stream.codedWidth * stream.codedHeight;

/** From the beginning of the file. A last picture of which nobody tells how long it lasts is shown as long as any other. */
function endOf({ endSeconds, lastLastsSeconds }: Timeline, startSeconds: number, frameRate: number): number {
  const lasts = lastLastsSeconds === 0 && frameRate > 0 ? 1 / frameRate : 0;
  return Math.max(0, endSeconds + lasts - startSeconds);
}

function measuredVideo(
  stream: HeaderStream,
  timeline: Timeline,
  { startSeconds, isIndexed }: { readonly startSeconds: number; readonly isIndexed: boolean },
): VideoStreamProbe | null {
  const video = toVideo(stream);
  if (!video || video.codec === 'unknown') return null;
  const frameRate = cadenceOf(timeline.stretches, toldRates(stream)) ?? video.frameRate;
  const { longestSeekSeconds } = timeline;
  const measured = {
    ...{ ...video, frameRate, frameCount: timeline.packetCount },
    ...(isIndexed && longestSeekSeconds !== undefined ? { longestSeekSeconds } : {}),
  };
  return { ...measured, durationSeconds: endOf(timeline, startSeconds, frameRate) };
}
