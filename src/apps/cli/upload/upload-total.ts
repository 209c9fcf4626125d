import { formatBytes, formatCount, formatSeconds } from '../terminal/format.js';
import { createPace } from '../terminal/progress-bar.js';
import type { Paint } from '../terminal/text.js';
import type { NamedFile } from './outcome.js';

/** How far all files together are. */
export interface UploadTotal {
  sent(file: NamedFile, bytes: number): void;
  /** Whatever became of it: it keeps nobody waiting any more. */
  ended(file: NamedFile): void;
  line(endedFiles: number): string;
}

export function createUploadTotal(files: readonly NamedFile[], paint: Paint): UploadTotal {
  const allBytes = files.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
  const sentOf = new Map<NamedFile, number>();
  const pace = createPace();
  let sentBytes = 0;
  let passedBytes = 0;

  return {
    sent(file, bytes) {
      sentBytes += bytes - (sentOf.get(file) ?? 0);
      sentOf.set(file, bytes);
      pace.reached(sentBytes, performance.now() / 1000);
    },
    ended(file) {
      passedBytes += (file.sizeBytes ?? 0) - (sentOf.get(file) ?? 0);
      sentOf.delete(file);
    },
    line(endedFiles) {
      const done = sentBytes + passedBytes;
      const perSecond = pace.perSecond();
      const left = pace.secondsFor(allBytes - done);
      const facts = [
        `${formatCount(endedFiles)} of ${formatCount(files.length)} files`,
        `${formatBytes(done)} of ${formatBytes(allBytes)}`,
        ...(perSecond === undefined ? [] : [`${formatBytes(perSecond)}/s`]),
        ...(left === undefined || done >= allBytes ? [] : [`${formatSeconds(left)} left`]),
      ];
      return paint('bold', facts.join('  '));
    },
  };
}
