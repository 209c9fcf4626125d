import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MediaFlowError, unsupported } from '../../core/errors.js';
import type { LeftOutTrack } from '../../core/media-probe.js';
import { guardedInput } from './allow-lists.js';
import { copyWithoutTrack, type PartialCopy } from './copy-without-track.js';
import { type Header, isBroadcast, probedEntries, readHeader } from './ffprobe-output.js';
import { readTimelines } from './packets.js';
import type { Timelines } from './timeline.js';
import type { Toolbox } from './toolbox.js';

const longestJsonBytes = 4 << 20;
const mostNotTaken = 8;
/** Each costs a copy of the file. */
const mostUnopened = 4;
const entriesWithoutTags = probedEntries
  .split(':')
  .filter((entry) => !/tags|chapter/.test(entry))
  .join(':');

/** Streams of codecs that are not taken, with the name of their decoder. */
type NotTaken = ReadonlyMap<number, string>;

/** What a file says of itself, and what its packets say. */
export interface ReadFile {
  readonly header: Header;
  readonly timelines: Timelines;
  /** Streams of codecs that are not taken. */
  readonly notTaken: ReadonlySet<number>;
  /** Tracks of which no decoder takes what their header tells; they are not in the header. */
  readonly unopened: readonly LeftOutTrack[];
}

interface Request {
  readonly inputPath: string;
  /** For a copy of the file, which is gone afterwards. */
  readonly workFolder: string;
  readonly signal: AbortSignal;
}

/**
 * ffprobe ends where a stream's decoder may not be opened. These are opened, and given nothing to decode: the list for
 * the format, which is for reading ahead, does not have them.
 */
export const opened = (notTaken: NotTaken): readonly string[] =>
  [...notTaken].flatMap(([streamIndex, decoder]) => [`-codec_whitelist:${streamIndex}`, decoder]);

export const probeArguments = (
  inputPath: string,
  { notTaken = new Map(), entries = probedEntries }: { notTaken?: NotTaken; entries?: string } = {},
): readonly string[] => [
  // A warning says which stream it is that cannot be opened.
  ...['-hide_banner', '-v', 'warning', '-show_entries', entries, '-of', 'json'],
  ...guardedInput(inputPath, opened(notTaken)),
];

/** Reads a file; of one with a track that no decoder can be opened for, all else is read in a copy without it. */
export async function readFile(
  toolbox: Toolbox,
  request: Request,
  most: number = mostUnopened,
): Promise<ReadFile> {
  const { inputPath, signal } = request;
  try {
    const { header, notTaken } = await headerOf(toolbox, request);
    const timelines = await readTimelines(toolbox, {
      ...{ inputPath, signal },
      beforeInput: opened(notTaken),
      isBroadcast: isBroadcast(header),
    });
    return { header, timelines, notTaken: new Set(notTaken.keys()), unopened: [] };
  } catch (error) {
    const streamIndex = unopenedIn(error);
    if (streamIndex === undefined || most === 0) throw error;
    const read = await readCopy(toolbox, request, streamIndex, most - 1);
    if (!read) throw error;
    return read;
  }
}

const unopenedIn = (error: unknown): number | undefined =>
  error instanceof MediaFlowError && typeof error.details.unopenedStream === 'number'
    ? error.details.unopenedStream
    : undefined;

/** Undefined when no such copy can be made. */
async function readCopy(toolbox: Toolbox, request: Request, streamIndex: number, most: number) {
  const folder = await mkdtemp(join(request.workFolder, 'copy-'));
  try {
    const copy = await copyWithoutTrack(toolbox, { ...request, streamIndex, workFolder: folder });
    return copy && asInOriginal(await readFile(toolbox, { ...request, inputPath: copy.path }, most), copy);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** With the indexes that the streams have in the file copied. */
function asInOriginal(
  { header, timelines, notTaken, unopened }: ReadFile,
  { indexes, leftOut }: PartialCopy,
): ReadFile {
  const original = (index: number): number => indexes.get(index) ?? index;
  return {
    header: {
      ...header,
      streams: header.streams.map((stream) => ({ ...stream, index: original(stream.index) })),
    },
    timelines: new Map([...timelines].map(([index, timeline]) => [original(index), timeline])),
    notTaken: new Set([...notTaken].map(original)),
    unopened: [
      ...leftOut,
      ...unopened.map((track) => ({ ...track, streamIndex: original(track.streamIndex) })),
    ],
  };
}

/** Tags and chapters can be larger than all else, and are worth nothing then. */
async function headerOf(
  toolbox: Toolbox,
  { inputPath, signal }: Request,
): Promise<{ readonly header: Header; readonly notTaken: NotTaken }> {
  const isTooLarge = (error: unknown) =>
    error instanceof MediaFlowError && error.code === 'ffmpeg_output_too_large';
  const read = (entries: string) =>
    pastNotTaken(async (notTaken) => {
      const { stdout } = await toolbox.run('ffprobe', {
        ...{ inputPath, signal, maximumOutputBytes: longestJsonBytes },
        arguments: probeArguments(inputPath, { notTaken, entries }),
      });
      return { header: readHeader(stdout.toString('utf8')), notTaken };
    });
  try {
    return await read(probedEntries);
  } catch (error) {
    if (!isTooLarge(error)) throw error;
  }
  try {
    return await read(entriesWithoutTags);
  } catch (error) {
    if (!isTooLarge(error)) throw error;
    throw unsupported('corrupt_media', 'The file describes itself at a length nobody could read.');
  }
}

/** Asks again each time that a stream ends ffprobe whose codec is not taken, of which the next time it is told. */
export async function pastNotTaken<Found>(ask: (notTaken: NotTaken) => Promise<Found>): Promise<Found> {
  const notTaken = new Map<number, string>();
  for (;;) {
    try {
      return await ask(notTaken);
    } catch (error) {
      if (!(error instanceof MediaFlowError) || error.code !== 'unsupported_codec') throw error;
      const { codec, streamIndex } = error.details;
      if (typeof streamIndex !== 'number' || notTaken.has(streamIndex)) throw error;
      if (notTaken.size >= mostNotTaken) throw error;
      notTaken.set(streamIndex, String(codec));
    }
  }
}
