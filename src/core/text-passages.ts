import type { TextLine } from './found-text.js';

/** Lines that are searched and shown together. */
export interface Passage {
  readonly lines: readonly TextLine[];
}

const mostCharacters = 400;
const mostSeconds = 30;

/** Lines in groups of some seconds each, so that words of neighbouring lines are found together. Pure. */
export function passagesOf(lines: readonly TextLine[]): readonly Passage[] {
  const passages: TextLine[][] = [];
  let characters = 0;
  for (const line of lines) {
    const current = passages.at(-1);
    const begins = current?.[0]?.atSeconds ?? 0;
    if (
      current &&
      characters + line.text.length <= mostCharacters &&
      line.atSeconds - begins <= mostSeconds
    ) {
      current.push(line);
      characters += line.text.length;
    } else {
      passages.push([line]);
      characters = line.text.length;
    }
  }
  return passages.map((group) => ({ lines: group }));
}

/** A long text in pieces that an index takes, cut between lines. Pure. */
export function piecesOf(lines: readonly TextLine[], mostCharactersAPiece = 60_000): readonly string[] {
  const pieces: string[][] = [];
  let characters = Number.POSITIVE_INFINITY;
  for (const { text } of lines) {
    characters += text.length;
    if (characters > mostCharactersAPiece) {
      pieces.push([]);
      characters = text.length;
    }
    pieces.at(-1)?.push(text);
  }
  return pieces.map((piece) => piece.join('\n'));
}
