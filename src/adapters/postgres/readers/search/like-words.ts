/** How many strokes one word is from another: letters too many, missing, wrong, or in each other's place. */
function distanceOf(a: string, b: string): number {
  const [from, to] = [[...a], [...b]];
  let beforeLast: number[] = [];
  let last = to.map((_, index) => index);
  last.push(to.length);
  for (const [row, letter] of from.entries()) {
    const current = [row + 1];
    for (const [column, other] of to.entries()) {
      const changed = (last[column] ?? 0) + (letter === other ? 0 : 1);
      let least = Math.min(changed, (current[column] ?? 0) + 1, (last[column + 1] ?? 0) + 1);
      const isSwapped = letter === to[column - 1] && from[row - 1] === other;
      if (isSwapped) least = Math.min(least, (beforeLast[column - 1] ?? 0) + 1);
      current.push(least);
    }
    beforeLast = last;
    last = current;
  }
  return last.at(-1) ?? 0;
}

const folded = (word: string): string =>
  word
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '');

/** Of these words those that somebody may have meant by what they typed, the nearest alone: one stroke away, of longer words two. Pure. */
export function likeWords(typed: string, words: readonly string[]): readonly string[] {
  const most = [...typed].length > 5 ? 2 : 1;
  const near = words
    .map((word) => ({ word, distance: distanceOf(folded(typed), folded(word)) }))
    .filter(({ distance }) => distance <= most);
  const nearest = Math.min(...near.map(({ distance }) => distance));
  return near.filter(({ distance }) => distance === nearest).map(({ word }) => word);
}
