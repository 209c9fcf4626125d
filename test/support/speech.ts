import { execFileSync } from 'node:child_process';

/** Has a synthesiser say something into a WAV file: `en-us`, `de`. Silence stands before it, and a second behind. */
export function speakInto(
  path: string,
  said: { readonly text: string; readonly voice?: string; readonly silenceSeconds?: number },
): void {
  const { text, voice = 'en-us', silenceSeconds = 0 } = said;
  const raw = `${path}.raw.wav`;
  execFileSync('espeak-ng', ['-v', voice, '-s', '140', '-w', raw, text]);
  const filter = `adelay=${Math.round(silenceSeconds * 1000)}:all=1,apad=pad_dur=1`;
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', raw, '-af', filter, '-ar', '48000', path]);
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[a-z']+/g) ?? [];

/** Word error rate: how many words are wrong, missing or too many, of those that were said. */
export function wordErrorRate(said: string, heard: string): number {
  const [from, to] = [wordsOf(said), wordsOf(heard)];
  let last = to.map((_, index) => index);
  last.push(to.length);
  for (const [row, word] of from.entries()) {
    const current = [row + 1];
    for (const [column, other] of to.entries())
      current.push(
        Math.min(
          (last[column] ?? 0) + (word === other ? 0 : 1),
          (current[column] ?? 0) + 1,
          (last[column + 1] ?? 0) + 1,
        ),
      );
    last = current;
  }
  return (last.at(-1) ?? 0) / from.length;
}
