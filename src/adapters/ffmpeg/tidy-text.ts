const longestCharacters = 200;

/**
 * Text as it can be shown in a line and kept: without controls, without what turns the direction of all that follows, and without halves of
 * characters. Null where nothing is left.
 */
export function tidyText(text: string | undefined): string | null {
  const tidy = (text ?? '')
    .slice(0, longestCharacters * 4)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/[\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .trim();
  return [...tidy].slice(0, longestCharacters).join('').trim() || null;
}
