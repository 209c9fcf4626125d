/** `" a, b ,,a"` → `['a', 'b']`: how tags come in through forms and upload metadata. */
export const splitList = (text: string): string[] => [
  ...new Set(
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  ),
];
