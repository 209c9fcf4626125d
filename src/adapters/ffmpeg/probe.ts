import { stat } from 'node:fs/promises';
import { type MediaFlowError, unsupported } from '../../core/errors.js';
import type {
  AudioStreamProbe,
  LeftOutReason,
  LeftOutTrack,
  MediaProbe,
  VideoStreamProbe,
} from '../../core/media-probe.js';
import { furtherAudio, servedAudio } from '../../core/served-audio.js';
import { chaptersOf } from './chapters.js';
import { toldMatrix } from './colours.js';
import { whyUndecodable } from './decodable.js';
import { describeFile, toVideo } from './described-streams.js';
import { attachedPictures, type Header, isBroadcast } from './ffprobe-output.js';
import { withColoursOfFrame } from './frame-colours.js';
import { checkExtent, type ItemLimits } from './item-limits.js';
import { readFile } from './read-file.js';
import { songOf } from './sound/song-tags.js';
import { subtitlesLeftOut } from './subtitles/subtitle-tracks.js';
import type { Toolbox } from './toolbox.js';
import { leftOut, type Track, type Tracks, tracksOf } from './tracks.js';

/**
 * Reads what a file is: what it says of itself, measured against its packets, and whether anything of it can be decoded.
 * Throws `not_media`, `empty_file`, `forbidden_format`, `unsupported_codec`, `too_many_pixels`, `too_many_frames`,
 * `too_long`, `corrupt_media`.
 */
export async function probe(
  toolbox: Toolbox,
  limits: ItemLimits,
  request: { readonly inputPath: string; readonly workFolder: string; readonly signal: AbortSignal },
): Promise<MediaProbe> {
  const { inputPath, signal } = request;
  const { header, timelines, notTaken, unopened } = await readFile(toolbox, request);
  const found = tracksOf(header, timelines, notTaken);
  const tracks: Tracks = { ...found, leftOut: [...found.leftOut, ...unopened] };
  const look = { toolbox, inputPath, signal };
  const [video, audio] = await Promise.all([
    bestDecodable(look, header, tracks),
    tracks.videos.length > 0 ? decodableSoundOfFilm(look, tracks) : decodableAudio(look, tracks),
  ]);
  const served = servedAudio(audio.good.map(({ stream }) => stream));
  const servedTrack = audio.good.find(({ stream }) => stream === served);
  if (!video && (!servedTrack || hasPicture(tracks))) throw nothingIn(tracks);
  const cover = video ? null : await decodableCover(look, header);
  const durationSeconds = Math.max(video?.good.endSeconds ?? 0, servedTrack?.endSeconds ?? 0);
  const chapters = chaptersOf(header, durationSeconds);
  const probed: MediaProbe = {
    ...describeFile(header),
    durationSeconds,
    sizeBytes: (await stat(inputPath)).size,
    ...{ image: null, photo: null },
    video: video && (await withColoursOfFrame(toolbox, request, video.good.stream)),
    cover: cover?.good ?? null,
    song: video ? null : songOf(header, served?.streamIndex),
    audio: audio.good.map(({ stream }) => stream),
    ...(chapters.length > 0 && { chapters }),
    leftOut: [
      ...[...tracks.leftOut, ...(video?.leftOut ?? []), ...(cover?.leftOut ?? []), ...audio.leftOut],
      ...(video ? subtitlesLeftOut(header, timelines, notTaken) : []),
    ],
  };
  checkExtent(probed, limits);
  return probed;
}

interface Look {
  readonly toolbox: Toolbox;
  readonly inputPath: string;
  readonly signal: AbortSignal;
}

interface Chosen {
  readonly good: Track<VideoStreamProbe>;
  readonly leftOut: readonly LeftOutTrack[];
}

/** The best picture of which a frame can be had. Throws why when the file has pictures and none can. */
async function bestDecodable(look: Look, header: Header, { videos }: Tracks): Promise<Chosen | null> {
  const left: LeftOutTrack[] = [];
  let firstError: MediaFlowError | undefined;
  for (const track of videos) {
    const { streamIndex, codec } = track.stream;
    const why = isNextToNothing(track, header)
      ? unsupported('corrupt_media', 'Next to nothing is there of the picture that the file tells of.', {
          toldSeconds: track.toldSeconds,
          foundSeconds: track.endSeconds,
        })
      : await whyUndecodable(look.toolbox, {
          ...{ ...look, streamIndex, codec },
          beforeInput: toldMatrix(track.stream),
        });
    if (!why) {
      const others = videos.filter(
        (other) => !left.some((gone) => gone.streamIndex === other.stream.streamIndex),
      );
      return {
        good: track,
        leftOut: [
          ...left,
          ...others
            .filter((other) => other !== track)
            .map((other) => leftOut(other.stream, 'video', 'another_is_shown')),
        ],
      };
    }
    firstError ??= why;
    left.push(leftOut(track.stream, 'video', 'cannot_be_decoded'));
  }
  if (firstError) throw firstError;
  return null;
}

/** Each costs a look. */
const mostCovers = 4;
/** A file cut off somewhere is worth what is left of it, but not when it is next to nothing. */
const leastFractionKept = 0.1;

const isNextToNothing = (track: Track<VideoStreamProbe>, header: Header): boolean =>
  !isBroadcast(header) &&
  track.toldSeconds !== null &&
  Math.max(track.lastSeconds, track.endSeconds) < track.toldSeconds * leastFractionKept;

/** Sound without the tracks that would be served and cannot be decoded. */
async function decodableAudio(look: Look, { audio }: Tracks) {
  const left: LeftOutTrack[] = [];
  let good = audio;
  for (;;) {
    const served: AudioStreamProbe | undefined = servedAudio(good.map(({ stream }) => stream));
    if (!served) return { good, leftOut: left };
    const why = await whyUndecodable(look.toolbox, {
      ...look,
      streamIndex: served.streamIndex,
      codec: served.codec,
    });
    if (!why) return { good, leftOut: left };
    left.push(leftOut(served, 'audio', 'cannot_be_decoded'));
    good = good.filter(({ stream }) => stream !== served);
  }
}

/** Each is a process that decodes a frame, mostly waiting for its start. */
const looksAtOnce = 4;

/** The same of all sound that is served with a picture. */
async function decodableSoundOfFilm(look: Look, tracks: Tracks) {
  const { good, leftOut: left } = await decodableAudio(look, tracks);
  const streams = good.map(({ stream }) => stream);
  const main = servedAudio(streams);
  const within = new Set([main, ...furtherAudio(streams)]);
  const why = new Map<AudioStreamProbe, LeftOutReason>();
  const lookAt = async (stream: AudioStreamProbe): Promise<void> => {
    const { streamIndex, codec } = stream;
    if (!within.has(stream)) why.set(stream, 'too_many_tracks');
    else if (stream !== main && (await whyUndecodable(look.toolbox, { ...look, streamIndex, codec })))
      why.set(stream, 'cannot_be_decoded');
  };
  for (let at = 0; at < streams.length; at += looksAtOnce)
    await Promise.all(streams.slice(at, at + looksAtOnce).map(lookAt));
  return {
    good: good.filter(({ stream }) => !why.has(stream)),
    leftOut: [
      ...left,
      ...streams.flatMap((stream) => {
        const reason = why.get(stream);
        return reason ? [leftOut(stream, 'audio', reason)] : [];
      }),
    ],
  };
}

/** Of the pictures that are attached to sound the first that can be shown: players take the first as well. */
async function decodableCover(look: Look, header: Header) {
  const left: LeftOutTrack[] = [];
  for (const headerStream of attachedPictures(header).slice(0, mostCovers)) {
    const cover = toVideo(headerStream);
    if (!cover) continue;
    const why = await whyUndecodable(look.toolbox, {
      ...{ ...look, streamIndex: cover.streamIndex, codec: cover.codec },
    });
    if (!why) return { good: { ...cover, frameCount: 1, durationSeconds: 0 }, leftOut: left };
    left.push(leftOut(cover, 'video', 'cannot_be_decoded'));
  }
  return { good: null, leftOut: left };
}

const hasPicture = ({ leftOut: left }: Tracks): boolean => left.some(({ kind }) => kind === 'video');

function nothingIn({ leftOut: left }: Tracks): MediaFlowError {
  const picture = left.find(({ kind }) => kind === 'video');
  if (picture?.reason === 'codec_not_taken')
    return unsupported('unsupported_codec', `The codec ${picture.codec} is not taken.`);
  return unsupported(
    'corrupt_media',
    left.length > 0
      ? 'The file tells of picture or sound, and holds nothing of it.'
      : 'The file holds neither a picture nor sound that can be read.',
  );
}
