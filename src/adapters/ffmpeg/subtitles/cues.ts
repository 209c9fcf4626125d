import type { VttCue } from '../../../core/webvtt.js';
import { type SubtitleText, vttPayload, vttSettings } from './styled-text.js';

/** A subtitle, from the beginning of the file on. */
export interface TimedText {
  readonly startSeconds: number;
  /** Null or 0 where nobody tells: it stands until the next, and never for long. */
  readonly durationSeconds: number | null;
  readonly text: SubtitleText;
}

const longestUntoldSeconds = 10;
/** Signs are often written anew for each frame: the same text again within a frame or so goes on. */
const samePauseSeconds = 0.05;

const rounded = (seconds: number): number => Math.round(seconds * 1000) / 1000;

/**
 * The cues of a track, in order, within the length of the film. What is empty is left out, and the same text again at the same
 * time, or at once after, is one. Pure.
 */
export function cuesOf(texts: readonly TimedText[], durationSeconds: number): readonly VttCue[] {
  const inOrder = texts.toSorted((a, b) => a.startSeconds - b.startSeconds);
  const cues: { -readonly [Field in keyof VttCue]: VttCue[Field] }[] = [];
  const latest = new Map<string, (typeof cues)[number]>();
  for (const [index, { startSeconds: told, durationSeconds: lasts, text }] of inOrder.entries()) {
    const next = inOrder[index + 1]?.startSeconds ?? Number.POSITIVE_INFINITY;
    const end = lasts === null || lasts <= 0 ? Math.min(next, told + longestUntoldSeconds) : told + lasts;
    const startSeconds = rounded(Math.max(0, told));
    const endSeconds = rounded(Math.min(durationSeconds, end));
    if (endSeconds <= startSeconds) continue;
    const payload = vttPayload(text);
    if (payload === '') continue;
    const before = latest.get(payload);
    if (before && before.endSeconds >= startSeconds - samePauseSeconds) {
      before.endSeconds = Math.max(before.endSeconds, endSeconds);
      continue;
    }
    const settings = vttSettings(text);
    const cue = { startSeconds, endSeconds, payload, ...(settings && { settings }) };
    cues.push(cue);
    latest.set(payload, cue);
  }
  return cues;
}
