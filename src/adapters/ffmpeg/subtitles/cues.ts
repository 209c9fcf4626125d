import type { VttCue } from '../../../core/webvtt.js';
import { type SubtitleText, vttPayload, vttSettings } from './styled-text.js';

/** A subtitle, from the beginning of the file on. */
export interface TimedText {
  readonly startSeconds: number;
  /** Null or 0 where nobody tells: it stands until one that begins later, and never for long. */
  readonly durationSeconds: number | null;
  readonly text: SubtitleText;
}

const longestUntoldSeconds = 10;
/** Signs are often written anew for each frame: the same text again within a frame or so goes on. */
const samePauseSeconds = 0.05;

const rounded = (seconds: number): number => Math.round(seconds * 1000) / 1000;

/** Of each, when the first begins that does not begin with it, by the clock of cues. */
function laterStarts(inOrder: readonly TimedText[]): readonly number[] {
  const starts = inOrder.map(({ startSeconds }) => rounded(startSeconds));
  const later = starts.map(() => Number.POSITIVE_INFINITY);
  for (let index = starts.length - 2; index >= 0; index -= 1) {
    const next = starts[index + 1] ?? 0;
    later[index] = next > (starts[index] ?? 0) ? next : (later[index + 1] ?? 0);
  }
  return later;
}

/**
 * The cues of a track, in order, within the length of the film. What is empty is left out, and the same text again in the same
 * place at the same time, or at once after, is one. Pure.
 */
export function cuesOf(texts: readonly TimedText[], durationSeconds: number): readonly VttCue[] {
  const inOrder = texts.toSorted((a, b) => a.startSeconds - b.startSeconds);
  const cues: { -readonly [Field in keyof VttCue]: VttCue[Field] }[] = [];
  const latest = new Map<string, (typeof cues)[number]>();
  const later = laterStarts(inOrder);
  for (const [index, { startSeconds: told, durationSeconds: lasts, text }] of inOrder.entries()) {
    const next = later[index] ?? Number.POSITIVE_INFINITY;
    const end = lasts === null || lasts <= 0 ? Math.min(next, told + longestUntoldSeconds) : told + lasts;
    const startSeconds = rounded(Math.max(0, told));
    const endSeconds = rounded(Math.min(durationSeconds, end));
    if (endSeconds <= startSeconds) continue;
    const payload = vttPayload(text);
    if (payload === '') continue;
    const settings = vttSettings(text);
    const key = `${settings}\n${payload}`;
    const before = latest.get(key);
    if (before && before.endSeconds >= startSeconds - samePauseSeconds) {
      before.endSeconds = Math.max(before.endSeconds, endSeconds);
      continue;
    }
    const cue = { startSeconds, endSeconds, payload, ...(settings && { settings }) };
    cues.push(cue);
    latest.set(key, cue);
  }
  return cues;
}
