/** What is said from when until when. */
export interface SpokenLine {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly text: string;
}

/** Two lines of a subtitle. */
const MOST_CHARACTERS = 84;

/** A text in parts that can be read at once, cut behind sentences where they end in time, else between words. */
function partsOf(text: string): string[] {
  if (text.length <= MOST_CHARACTERS) return [text];
  const parts = Math.ceil(text.length / MOST_CHARACTERS);
  const aim = text.length / parts;
  const head = text.slice(0, MOST_CHARACTERS + 1);
  const places = [...head.matchAll(/[.!?,;:]? /g)].map(({ 0: cut, index }) => ({
    at: index + cut.length,
    // The end of a sentence is worth a third of a line.
    cost: Math.abs(index - aim) - (/[.!?]/.test(cut) ? MOST_CHARACTERS / 3 : /[,;:]/.test(cut) ? 10 : 0),
  }));
  const at = places.toSorted((a, b) => a.cost - b.cost)[0]?.at ?? MOST_CHARACTERS;
  return [text.slice(0, at).trim(), ...partsOf(text.slice(at).trim())];
}

/** What was said in one go, as subtitles: each as long as its share of the letters. Pure. */
export function cueLines({ startSeconds, endSeconds, text }: SpokenLine): readonly SpokenLine[] {
  const parts = partsOf(text);
  const letters = parts.reduce((sum, part) => sum + part.length, 0);
  let spoken = 0;
  const at = () => startSeconds + ((endSeconds - startSeconds) * spoken) / letters;
  return parts.map((part) => {
    const begins = at();
    spoken += part.length;
    return { startSeconds: begins, endSeconds: at(), text: part };
  });
}
