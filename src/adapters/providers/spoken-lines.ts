import { SPEECH_SAMPLES_A_SECOND } from '../../core/inference/sound-pieces.js';
import type { AnswerOf } from '../../core/inference/task-table.js';

type Transcribed = AnswerOf<'transcribe'>;
type Line = Transcribed['lines'][number];

/** What ends so near to the end of a piece may go on behind it. */
const CUT_OFF_SECONDS = 0.3;
const MAXIMUM_CHARACTERS = 2000;

/** What a server says was said, as lines of a piece: within it, in order; one that may be cut off by its end is left to be heard again with what follows. Pure. */
export function spokenLines(
  said: readonly Line[],
  { samples, isLast }: { readonly samples: Float32Array; readonly isLast: boolean },
): Transcribed {
  const lasts = samples.length / SPEECH_SAMPLES_A_SECOND;
  const within = (seconds: number) => Math.min(Math.max(0, seconds), lasts);
  const lines = said
    .map((line) => ({
      ...line,
      startSeconds: within(line.startSeconds),
      endSeconds: within(Math.max(line.startSeconds, line.endSeconds)),
      text: line.text.replace(/\s+/gu, ' ').trim().slice(0, MAXIMUM_CHARACTERS).toWellFormed(),
    }))
    .filter(({ text, startSeconds, endSeconds }) => text !== '' && endSeconds > startSeconds)
    .toSorted((one, other) => one.startSeconds - other.startSeconds);
  const last = lines.at(-1);
  const isCut = !isLast && lines.length > 1 && last && last.endSeconds > lasts - CUT_OFF_SECONDS;
  return isCut
    ? { heardSeconds: last.startSeconds, lines: lines.slice(0, -1) }
    : { heardSeconds: lasts, lines };
}
