import { invalid, messageOf } from './errors.js';

// What PostgreSQL's text cannot hold, and so no view could: NUL, and halves of surrogate pairs.
// biome-ignore lint/suspicious/noControlCharactersInRegex: the NUL is what we look for
const UNSTORABLE = /\u0000|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

export const isStorable = (text: string): boolean => !UNSTORABLE.test(text);

/** The text without what cannot be stored, cut to so many characters. */
export const storableText = (text: string, maximumCharacters = Number.POSITIVE_INFINITY): string =>
  text.slice(0, maximumCharacters).toWellFormed().replaceAll('\u0000', '');

/** What anything thrown says, to be kept: a tool's last words may be any bytes, and any number of them. */
export const storableMessage = (error: unknown): string => storableText(messageOf(error), 2000);

/** Whether any text in a value, keys included, is nothing that can be stored. */
export function holdsUnstorable(value: unknown): boolean {
  if (typeof value === 'string') return !isStorable(value);
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsUnstorable);
  return Object.entries(value).some(([key, inner]) => !isStorable(key) || holdsUnstorable(inner));
}

/** As JSON writes them; the escape may also be a written-out backslash in harmless text, so only suspects are walked. */
const MAYBE_UNSTORABLE_JSON = /\\u(0000|d[89a-f])/;

/** What an event of this type holds, as JSON. Throws `unstorable_json`. */
export function storableJson(value: object, type: string): string {
  const json = JSON.stringify(value);
  if (MAYBE_UNSTORABLE_JSON.test(json) && holdsUnstorable(JSON.parse(json)))
    throw invalid('unstorable_json', `${type} holds a NUL character or half of a surrogate pair`, { type });
  return json;
}

/** JSON that was written before anybody looked whether it can be stored, without what cannot. */
export const parseStorable = (json: string): unknown =>
  MAYBE_UNSTORABLE_JSON.test(json) ? madeStorable(JSON.parse(json)) : JSON.parse(json);

function madeStorable(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(madeStorable);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [storableText(key), madeStorable(inner)]),
  );
}
