import type { AudioStreamProbe } from '../../../core/media-probe.js';
import { guardedInput } from '../allow-lists.js';
import type { Toolbox } from '../toolbox.js';

/** What an encoder has put around the sound to fill its frames, at the file's rate. */
export interface Gapless {
  readonly delaySamples: number | null;
  readonly paddingSamples: number | null;
  /** How much is sound, where decoders would give more. */
  readonly soundSamples: number | null;
}

/** As of the packets of any timeline: see `packets.ts`. */
const mostOutputBytes = 2e9;

export const gaplessArguments = (inputPath: string, streamIndex: number): readonly string[] => [
  ...['-hide_banner', '-v', 'error', '-select_streams', String(streamIndex)],
  ...['-show_entries', 'packet=pts_time,duration_time:packet_side_data:format_tags=iTunSMPB'],
  ...['-of', 'csv=p=0'],
  ...guardedInput(inputPath),
];

interface Found {
  first: number | undefined;
  end: number;
  usual: number;
  last: number;
  skip: number | undefined;
  discard: number | undefined;
  itunes: { readonly delay: number; readonly padding: number; readonly samples: number } | undefined;
}

/** Reads ffprobe's lines as they come. */
export function createGaplessReader() {
  const found: Found = {
    ...{
      first: undefined,
      end: 0,
      usual: 0,
      last: 0,
      skip: undefined,
      discard: undefined,
      itunes: undefined,
    },
  };
  let rest = '';
  function read(line: string): void {
    // iTunes writes eight digits each: nothing, delay, padding, and sixteen of samples.
    const tag = /([\dA-F]{8}) ([\dA-F]{8}) ([\dA-F]{8}) ([\dA-F]{16})/i.exec(line);
    if (tag) {
      const [delay = 0, padding = 0, samples = 0] = tag.slice(2).map((digits) => Number.parseInt(digits, 16));
      found.itunes = { delay, padding, samples };
      return;
    }
    const [shown = '', lasting = ''] = line.split(',');
    const [at, lasts] = [Number(shown || Number.NaN), Number(lasting || Number.NaN)];
    if (Number.isFinite(at)) {
      found.first ??= at;
      found.last = Number.isFinite(lasts) ? lasts : 0;
      found.usual = Math.max(found.usual, found.last);
      found.end = at + found.last;
    }
    const [, skip, discard] = /Skip Samples,(\d+),(\d+)/.exec(line) ?? [];
    if (Number(skip) > 0) found.skip ??= Number(skip);
    if (Number(discard) > 0) found.discard = Number(discard);
  }
  return {
    take(chunk: Buffer): void {
      const lines = (rest + chunk.toString('latin1')).split('\n');
      rest = (lines.pop() ?? '').slice(-1000);
      for (const line of lines) if (line) read(line);
    },
    gapless: (audio: AudioStreamProbe): Gapless => {
      if (rest) read(rest);
      return gaplessOf(found, audio);
    },
  };
}

/**
 * Of MP3, Vorbis and Opus ffmpeg itself cuts off both ends. Of AAC in MP4 it cuts off the beginning alone, and gives the whole of the last frame,
 * of which the file says by its duration, or iTunes in its tag, how much is sound.
 */
function gaplessOf(found: Found, { codec, sampleRateHz }: AudioStreamProbe): Gapless {
  const { itunes, skip, discard, first = 0, end, usual, last } = found;
  if (itunes && itunes.samples > 0)
    return {
      delaySamples: itunes.delay,
      paddingSamples: itunes.padding,
      soundSamples: codec === 'aac' ? itunes.samples : null,
    };
  const missing = Math.round((usual - last) * sampleRateHz);
  const endsInFrame = codec === 'aac' && skip !== undefined && discard === undefined && missing > 0;
  return {
    delaySamples: skip ?? null,
    paddingSamples: discard ?? (endsInFrame ? missing : null),
    soundSamples: endsInFrame ? Math.round((end - first) * sampleRateHz) - skip : null,
  };
}

export async function readGapless(
  toolbox: Pick<Toolbox, 'run'>,
  {
    inputPath,
    audio,
    signal,
  }: { readonly inputPath: string; readonly audio: AudioStreamProbe; readonly signal: AbortSignal },
): Promise<Gapless> {
  const reader = createGaplessReader();
  await toolbox.run('ffprobe', {
    ...{ inputPath, signal, maximumOutputBytes: mostOutputBytes, onOutput: reader.take },
    arguments: gaplessArguments(inputPath, audio.streamIndex),
  });
  return reader.gapless(audio);
}
