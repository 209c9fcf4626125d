/** In their order, in parts whose values have so many characters at most, or are one value alone. */
export function* splitByLength<Item extends { readonly value: string }>(
  items: readonly Item[],
  maximumCharacters: number,
): Generator<readonly Item[]> {
  let from = 0;
  let characters = 0;
  for (const [index, { value }] of items.entries()) {
    if (index > from && characters + value.length > maximumCharacters) {
      yield items.slice(from, index);
      from = index;
      characters = 0;
    }
    characters += value.length;
  }
  if (from < items.length) yield items.slice(from);
}
