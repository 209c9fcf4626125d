// What PostgreSQL's text cannot hold, and so no view could: NUL, and halves of surrogate pairs.
// biome-ignore lint/suspicious/noControlCharactersInRegex: the NUL is what we look for
const UNSTORABLE = /\u0000|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

export const isStorable = (text: string): boolean => !UNSTORABLE.test(text);

/** Whether any text in a value, keys included, is nothing that can be stored. */
export function holdsUnstorable(value: unknown): boolean {
  if (typeof value === 'string') return !isStorable(value);
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsUnstorable);
  return Object.entries(value).some(([key, inner]) => !isStorable(key) || holdsUnstorable(inner));
}
