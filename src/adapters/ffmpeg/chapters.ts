import type { Chapter } from '../../core/media-probe.js';
import { type Header, startSecondsOf } from './ffprobe-output.js';
import { tidyText } from './tidy-text.js';

/** An audiobook of a day has hundreds. */
const mostChapters = 1000;
/** To milliseconds, which is what players are told. */
const rounded = (seconds: number): number => Math.round(seconds * 1000) / 1000;

/**
 * The chapters that a file tells of, from its beginning on, in order: none begins before it or lasts beyond its end
 * (`durationSeconds`), and each ends where the next begins at the latest. Of several that begin at once the first stays.
 * Pure.
 */
export function chaptersOf(header: Header, durationSeconds: number): readonly Chapter[] {
  const zero = startSecondsOf(header);
  const begun = header.chapters
    .map(({ start_time: start, end_time: end, tags }) => ({
      startSeconds: rounded(Math.max(0, Number(start ?? Number.NaN) - zero)),
      toldEndSeconds: Number(end ?? Number.NaN) - zero,
      title: tidyText(tags?.title),
    }))
    .filter(({ startSeconds }) => startSeconds < durationSeconds)
    .toSorted((a, b) => a.startSeconds - b.startSeconds)
    .filter(({ startSeconds }, index, all) => startSeconds !== all[index - 1]?.startSeconds);
  return begun.slice(0, mostChapters).flatMap(({ startSeconds, toldEndSeconds, title }, index) => {
    const latest = begun[index + 1]?.startSeconds ?? durationSeconds;
    // One that tells no end, or one before its beginning, lasts until the next.
    const endSeconds = rounded(toldEndSeconds > startSeconds ? Math.min(toldEndSeconds, latest) : latest);
    return endSeconds > startSeconds ? [{ startSeconds, endSeconds, title }] : [];
  });
}
