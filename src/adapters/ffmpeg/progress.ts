import type { TranscodeRequest } from '../../core/video-tools.js';

/** What ffmpeg says of itself every half second through `-progress`. */
export interface ToolProgress {
  /** How far the output has come; null before the first frame. */
  readonly outTimeSeconds: number | null;
  readonly frame: number | null;
  /** Times real time; null when not known yet. */
  readonly speed: number | null;
}

const numberOrNull = (text: string | undefined): number | null => {
  const value = Number.parseFloat(text ?? '');
  return Number.isFinite(value) ? value : null;
};

const toProgress = (fields: ReadonlyMap<string, string>): ToolProgress => {
  const microseconds = numberOrNull(fields.get('out_time_us'));
  return {
    // Before the first packet ffmpeg writes the smallest 64-bit number, or N/A.
    outTimeSeconds: microseconds === null || microseconds < 0 ? null : microseconds / 1e6,
    frame: numberOrNull(fields.get('frame')),
    speed: numberOrNull(fields.get('speed')),
  };
};

/** All others are let go of: whoever has taken ffmpeg over could fill our memory with them. */
const keysRead: ReadonlySet<string> = new Set(['frame', 'out_time_us', 'speed', 'progress']);

/** Feeds on chunks of `key=value` lines as they come; each block that ends in `progress=` gives one report. */
export function createProgressReader(onProgress: (progress: ToolProgress) => void): (chunk: string) => void {
  const fields = new Map<string, string>();
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = (lines.pop() ?? '').slice(-1000);
    for (const line of lines) {
      const separator = line.indexOf('=');
      if (separator < 0) continue;
      const key = line.slice(0, separator);
      if (!keysRead.has(key)) continue;
      fields.set(key, line.slice(separator + 1).trim());
      if (key !== 'progress') continue;
      onProgress(toProgress(fields));
      fields.clear();
    }
  };
}

/** Tells how much of so many seconds is done. Never goes back and never says 1 before the end. */
export function fractionReporter(
  { onProgress }: { readonly onProgress: TranscodeRequest['onProgress'] },
  seconds: number,
): (progress: ToolProgress) => void {
  let fraction = 0;
  return ({ outTimeSeconds, speed }) => {
    fraction = Math.min(0.999, Math.max(fraction, seconds > 0 ? (outTimeSeconds ?? 0) / seconds : 0));
    onProgress({ fraction, speed });
  };
}
