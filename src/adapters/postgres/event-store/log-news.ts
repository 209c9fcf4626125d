import type { Stretch } from './stretches.js';

/** Of PostgreSQL's 8000 bytes a notification. */
const MOST_LETTERS = 4_000;
const PLAIN = /^[\w.-]+$/;

/** What a batch tells of its types when it notifies: nothing where that cannot be said in short. */
export function newsOf(types: readonly string[]): string {
  const told = [...new Set(types)];
  const text = told.join(' ');
  return text.length <= MOST_LETTERS && told.every((type) => PLAIN.test(type)) ? ` ${text}` : '';
}

/** What a notification tells: how far the log reaches, and what was written last if it says so. */
export function readNews(
  notification: string,
): { readonly last: number; readonly stretch?: Stretch } | undefined {
  const [last = '', after = '', ...types] = notification.split(' ');
  if (!/^\d{1,15}$/.test(last)) return undefined;
  if (types.length === 0 || !/^\d{1,15}$/.test(after)) return { last: Number(last) };
  return { last: Number(last), stretch: { after: Number(after), last: Number(last), types: new Set(types) } };
}
