import { unsupported } from '../../core/errors.js';
import { guardedInput } from './allow-lists.js';
import {
  createTimelineReader,
  newStretchBudget,
  type TimelineReader,
  type Timelines,
  type Timing,
} from './timeline.js';
import type { Toolbox } from './toolbox.js';

export interface Packet extends Timing {
  readonly streamIndex: number;
}

export const packetsArguments = (
  inputPath: string,
  beforeInput: readonly string[] = [],
): readonly string[] => [
  ...['-hide_banner', '-v', 'error'],
  ...['-show_entries', 'packet=stream_index,pts_time,dts_time,duration_time,size,flags', '-of', 'csv=p=0'],
  ...guardedInput(inputPath, beforeInput),
];

/** Half a day at 120 frames a second with its sound has 7 million. */
const mostPackets = 10e6;
/** Lines of packets have some 60. */
const mostOutputBytes = mostPackets * 200;
/** ffmpeg opens no more of any file. */
const mostStreams = 1000;

const secondsOf = (text: string | undefined): number =>
  text === undefined || text === 'N/A' ? Number.NaN : Number(text);

/**
 * Feeds on chunks of ffprobe's lines as they come, and gives packets in the order of the file. What an edit list cuts off
 * (`D`) and what is empty is no picture and no sound.
 */
export function createPacketReader(take: (packet: Packet) => void): (chunk: Buffer) => void {
  let count = 0;
  let rest = '';
  const read = (line: string) => {
    const [index = '', shown, decoded, lasting, size, flags = ''] = line.split(',');
    if (!(Number(size) > 0) || flags.includes('D')) return;
    const shownAt = secondsOf(shown);
    const decodedAt = secondsOf(decoded);
    // The second field of an interlaced frame has no time of its own.
    if (Number.isNaN(shownAt) && Number.isNaN(decodedAt)) return;
    count += 1;
    if (count > mostPackets)
      throw unsupported('too_many_frames', `The file holds more than ${mostPackets} packets.`);
    take({
      streamIndex: Number(index),
      decodedAt: Number.isNaN(decodedAt) ? shownAt : decodedAt,
      shownAt: Number.isNaN(shownAt) ? decodedAt : shownAt,
      lasts: secondsOf(lasting) || 0,
      isKey: flags.includes('K'),
    });
  };
  return (chunk) => {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = (lines.pop() ?? '').slice(-1000);
    for (const line of lines) if (line) read(line);
  };
}

/**
 * The timelines of a file by all its packets, read without decoding: two hours of film take about as many seconds as the
 * disk needs. None of the packets are kept: of a long film they would fill the memory, and hold everybody up to be sorted.
 */
export async function readTimelines(
  toolbox: Pick<Toolbox, 'run'>,
  file: {
    readonly inputPath: string;
    readonly beforeInput: readonly string[];
    readonly isBroadcast: boolean;
    readonly signal: AbortSignal;
  },
): Promise<Timelines> {
  const { inputPath, signal } = file;
  const readers = new Map<number, TimelineReader>();
  const budget = newStretchBudget();
  const read = createPacketReader((packet) => {
    const reader = readers.get(packet.streamIndex) ?? createTimelineReader(file.isBroadcast, budget);
    if (readers.size >= mostStreams && !readers.has(packet.streamIndex))
      throw unsupported('corrupt_media', `The file tells of more than ${mostStreams} streams.`);
    readers.set(packet.streamIndex, reader);
    reader.take(packet);
  });
  await toolbox.run('ffprobe', {
    ...{ inputPath, signal, onOutput: read, maximumOutputBytes: mostOutputBytes },
    arguments: packetsArguments(inputPath, file.beforeInput),
  });
  return new Map([...readers].map(([streamIndex, reader]) => [streamIndex, reader.timeline()]));
}
