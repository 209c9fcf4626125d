import { unsupported } from '../../core/errors.js';
import { guardedInput } from './allow-lists.js';
import type { Toolbox } from './toolbox.js';

/** When the packets of one stream are decoded, shown and for how long, in seconds and in the order of the file. */
export interface StreamPackets {
  readonly decodedAt: number[];
  readonly shownAt: number[];
  readonly lasts: number[];
}

/** By the index of their stream. */
export type Packets = ReadonlyMap<number, StreamPackets>;

export const packetsArguments = (
  inputPath: string,
  beforeInput: readonly string[] = [],
): readonly string[] => [
  ...['-hide_banner', '-v', 'error'],
  ...['-show_entries', 'packet=stream_index,pts_time,dts_time,duration_time,size,flags', '-of', 'csv=p=0'],
  ...guardedInput(inputPath, beforeInput),
];

/** Half a day at 120 frames a second with its sound has 7 million. They are held in memory. */
const mostPackets = 10e6;

const secondsOf = (text: string | undefined): number =>
  text === undefined || text === 'N/A' ? Number.NaN : Number(text);

/** Feeds on chunks of ffprobe's lines as they come. What an edit list cuts off (`D`) and what is empty is no picture and no sound. */
export function createPacketReader(): { readonly read: (chunk: Buffer) => void; readonly packets: Packets } {
  const packets = new Map<number, StreamPackets>();
  let count = 0;
  let rest = '';
  const take = (line: string) => {
    const [index = '', shown, decoded, lasting, size, flags = ''] = line.split(',');
    if (!(Number(size) > 0) || flags.includes('D')) return;
    const shownAt = secondsOf(shown);
    const decodedAt = secondsOf(decoded);
    // The second field of an interlaced frame has no time of its own.
    if (Number.isNaN(shownAt) && Number.isNaN(decodedAt)) return;
    count += 1;
    if (count > mostPackets)
      throw unsupported('too_many_frames', `The file holds more than ${mostPackets} packets.`);
    const stream = packets.get(Number(index)) ?? { decodedAt: [], shownAt: [], lasts: [] };
    packets.set(Number(index), stream);
    stream.decodedAt.push(Number.isNaN(decodedAt) ? shownAt : decodedAt);
    stream.shownAt.push(Number.isNaN(shownAt) ? decodedAt : shownAt);
    stream.lasts.push(secondsOf(lasting) || 0);
  };
  return {
    packets,
    read(chunk) {
      const lines = (rest + chunk.toString('latin1')).split('\n');
      rest = (lines.pop() ?? '').slice(-1000);
      for (const line of lines) if (line) take(line);
    },
  };
}

/** Every packet of a file, read without decoding: two hours of film take about as many seconds as the disk needs. */
export async function readPackets(
  toolbox: Toolbox,
  inputPath: string,
  beforeInput: readonly string[],
  signal: AbortSignal,
): Promise<Packets> {
  const { read, packets } = createPacketReader();
  await toolbox.run('ffprobe', {
    ...{ inputPath, signal, onOutput: read, maximumOutputBytes: Number.POSITIVE_INFINITY },
    arguments: packetsArguments(inputPath, beforeInput),
  });
  return packets;
}
