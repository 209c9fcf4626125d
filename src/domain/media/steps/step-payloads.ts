import { z } from 'zod';
import { servedAudio } from '../../../core/served-audio.js';
import { audioRungSchema, probeSchema, rungSchema } from '../media-values.js';
import { suggestionUses } from '../metadata/metadata-values.js';
import { renditionPlaceSchema } from '../quality-values.js';
import { soundRungSchema } from '../sound-values.js';
import type { ItemInProgress } from './step-row.js';

const file = { mediaId: z.string(), blobKey: z.string() };
const video = { ...file, video: probeSchema.shape.video.unwrap(), durationSeconds: z.number() };

const tellVideo = ({ mediaId, blobKey, probe }: ItemInProgress) => {
  const video = probe?.video ?? probe?.cover;
  if (!probe || !video) throw new Error(`Media ${mediaId} has no picture that a step could be about`);
  return { mediaId, blobKey, video, durationSeconds: probe.durationSeconds };
};

const nothing = z.object({});
/** Which rungs of the item's ladder a step makes, and whether its sound. */
const rungs = z.object({ rungs: z.array(z.string()), sound: z.boolean() });
/** Plans of earlier releases have no step for the poster: it came with the storyboard. */
const storyboard = z.object({ withPoster: z.boolean().default(false) });

/**
 * Told whose file it is. The address is in the item's history alone, where it is kept as what is personal: it may hold a
 * token, and jobs lie readable in tables, topics and dead letters.
 */
export const aboutAddress = {
  input: nothing,
  payload: z.object({ mediaId: z.string() }),
  tell: ({ mediaId }: ItemInProgress) => ({ mediaId }),
};

/** Told the file alone, as before it is known what it is, and whether it is known. */
export const aboutFile = {
  input: nothing,
  payload: z.object({
    ...file,
    isKnown: z.boolean().optional().describe('What is played of it is made already'),
  }),
  tell: ({ mediaId, blobKey, probe }: ItemInProgress) => ({
    ...{ mediaId, blobKey },
    ...(probe && { isKnown: true }),
  }),
};

/** Told what the probe found of the picture, be it cover art. */
export const aboutVideo = { input: nothing, payload: z.object(video), tell: tellVideo };

/** Told which part of the ladder to make of it. */
export const aboutLadder = {
  input: rungs,
  payload: z.object({ ...video, rungs: z.array(rungSchema), audio: audioRungSchema.nullable() }),
  tell: (item: ItemInProgress, input: z.infer<typeof rungs>) => ({
    ...tellVideo(item),
    rungs: item.ladder.filter(({ name }) => input.rungs.includes(name)),
    audio: input.sound ? item.audio : null,
  }),
};

const audioTrack = z.object({
  audio: audioRungSchema,
  besidesBps: z.number().describe('What else is made of the item, all together'),
});

/** Told which further track of the sound to make. */
export const aboutAudioTrack = {
  input: audioTrack,
  payload: z.object({
    ...{ ...file, ...audioTrack.shape, durationSeconds: z.number() },
    clockStreams: z
      .array(z.int())
      .optional()
      .describe(
        'Indexes of the streams of its picture and main sound, on whose clock it is; jobs of earlier releases lack them',
      ),
  }),
  tell: ({ mediaId, blobKey, probe }: ItemInProgress, input: z.infer<typeof audioTrack>) => {
    if (!probe) throw new Error(`Media ${mediaId} has not been looked at before a step about its sound`);
    const clock = [probe.video, servedAudio(probe.audio)].flatMap((stream) => stream?.streamIndex ?? []);
    return { mediaId, blobKey, ...input, durationSeconds: probe.durationSeconds, clockStreams: clock };
  },
};

const range = { startSeconds: z.number(), endSeconds: z.number().nullable() };
const rungsOfChunk = z.object({ rungs: z.array(z.string()), ...range });

/** Told which part of the ladder to make of which part of it. */
export const aboutChunk = {
  input: rungsOfChunk,
  payload: z.object({ ...video, rungs: z.array(rungSchema), ...range }),
  tell: (item: ItemInProgress, { rungs, ...range }: z.infer<typeof rungsOfChunk>) => ({
    ...{ ...tellVideo(item), ...range },
    rungs: item.ladder.filter(({ name }) => rungs.includes(name)),
  }),
};

const chunkNames = z.object({ rungs: z.array(z.string()), chunks: z.array(z.string()) });

/** Told where the chunks lie that are there, and which were to be. */
export const aboutChunks = {
  input: chunkNames,
  payload: z.object({
    mediaId: z.string(),
    rungs: z.array(rungSchema),
    chunks: z.array(
      z.object({ step: z.string(), blobPrefix: z.string().nullable().describe('Null where it failed') }),
    ),
  }),
  tell: ({ mediaId, ladder, chunks = [] }: ItemInProgress, input: z.infer<typeof chunkNames>) => ({
    mediaId,
    rungs: ladder.filter(({ name }) => input.rungs.includes(name)),
    chunks: input.chunks.map((step) => ({
      ...{ step, blobPrefix: chunks.find((each) => each.step === step)?.blobPrefix ?? null },
    })),
  }),
};

/** Told of what rungs there were to be renditions, and where those lie that were made. */
export const aboutRenditions = {
  input: nothing,
  payload: z.object({ ...video, rungs: z.array(rungSchema), renditions: z.array(renditionPlaceSchema) }),
  tell: (item: ItemInProgress) => ({
    ...tellVideo(item),
    rungs: [...item.ladder],
    renditions: [...(item.renditions ?? [])],
  }),
};

const image = { ...file, image: probeSchema.shape.image.unwrap(), durationSeconds: z.number() };
const widths = z.object({ widths: z.array(z.int().positive()) });

const tellImage = ({ mediaId, blobKey, probe }: ItemInProgress) => {
  if (!probe?.image) throw new Error(`Media ${mediaId} is no picture that a step could be about`);
  return { mediaId, blobKey, image: probe.image, durationSeconds: probe.durationSeconds };
};

/** Told what the probe found of a picture. */
export const aboutImage = { input: nothing, payload: z.object(image), tell: tellImage };

/** Told in which widths to make it. */
export const aboutWidths = {
  input: widths,
  payload: z.object({ ...image, ...widths.shape }),
  tell: (item: ItemInProgress, input: z.infer<typeof widths>) => ({ ...tellImage(item), ...input }),
};

/** Told whether a poster is to be drawn beside it. */
export const aboutStoryboard = {
  input: storyboard,
  payload: z.object({
    ...video,
    posterIsApart: z
      .boolean()
      .optional()
      .describe(
        'A step of its own draws the poster; plans of earlier releases have it drawn with the storyboard',
      ),
  }),
  tell: (item: ItemInProgress, input: z.infer<typeof storyboard>) => ({
    ...tellVideo(item),
    ...(!input.withPoster && { posterIsApart: true }),
  }),
};

const textTracks = z.object({ tracks: z.array(z.int()).describe('Indexes of their streams') });

/** Told which tracks of text to make of it, and how long it is. */
export const aboutText = {
  input: textTracks,
  payload: z.object({
    ...file,
    tracks: z.array(z.object({ streamIndex: z.int(), codec: z.string(), language: z.string().nullable() })),
    durationSeconds: z.number(),
  }),
  tell: ({ mediaId, blobKey, probe }: ItemInProgress, { tracks }: z.infer<typeof textTracks>) => {
    if (!probe) throw new Error(`Media ${mediaId} has no text that a step could be about`);
    return {
      ...{ mediaId, blobKey, durationSeconds: probe.durationSeconds },
      tracks: probe.subtitles.flatMap(({ streamIndex, codec, language }) =>
        streamIndex !== undefined && tracks.includes(streamIndex) ? [{ streamIndex, codec, language }] : [],
      ),
    };
  },
};

const spokenTrack = z.object({ streamIndex: z.int().describe('Of the track of sound that is heard') });

/** Told in which track somebody may speak, and how long it is. */
export const aboutSpeech = {
  input: spokenTrack,
  payload: z.object({ ...file, ...spokenTrack.shape, durationSeconds: z.number() }),
  tell: ({ mediaId, blobKey, probe }: ItemInProgress, { streamIndex }: z.infer<typeof spokenTrack>) => {
    if (!probe) throw new Error(`Media ${mediaId} has no sound that a step could be about`);
    return { mediaId, blobKey, streamIndex, durationSeconds: probe.durationSeconds };
  },
};

const suggestions = z.object({
  use: z.enum(suggestionUses).describe('`accept`: what nobody wrote is filled in with it'),
});

/** Told what becomes of what is suggested. What it is about is in the item's history, where it is kept as what is personal. */
export const aboutSuggestions = {
  input: suggestions,
  payload: z.object({ mediaId: z.string(), ...suggestions.shape }),
  tell: ({ mediaId }: ItemInProgress, { use }: z.infer<typeof suggestions>) => ({ mediaId, use }),
};

const soundRungs = z.object({ rungs: z.array(soundRungSchema) });

/** Told what the probe found of the sound, and in which qualities to make it. */
export const aboutSound = {
  input: soundRungs,
  payload: z.object({
    ...file,
    ...soundRungs.shape,
    audio: probeSchema.shape.audio.element,
    durationSeconds: z.number(),
  }),
  tell: ({ mediaId, blobKey, probe }: ItemInProgress, { rungs }: z.infer<typeof soundRungs>) => {
    const audio = servedAudio(probe?.audio ?? []);
    if (!probe || !audio) throw new Error(`Media ${mediaId} has no sound that a step could be about`);
    return { mediaId, blobKey, rungs, audio, durationSeconds: probe.durationSeconds };
  },
};

/** Told of the cover art, where there is some. */
export const aboutCover = {
  input: nothing,
  payload: z.object({ ...file, cover: probeSchema.shape.cover }),
  tell: ({ mediaId, blobKey, probe }: ItemInProgress) => ({ mediaId, blobKey, cover: probe?.cover ?? null }),
};
