import { plainStyle, type StyledText, type SubtitleText, type TextStyle } from './styled-text.js';

/**
 * Of tags whoever shows WebVTT knows `<b>`, `<i>` and `<u>`; all others go, and what is between them stays.
 * One repetition alone, which ends at the next `<`: of two over the same letters each way to share them out would be tried.
 */
const markup = /<([^<>]{0,220})>/g;
const nameOfTag = /^(\/?)([a-z0-9:]{0,20})/i;
const styles: Readonly<Record<string, keyof TextStyle>> = { b: 'bold', i: 'italic', u: 'underline' };

const entities: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', nbsp: '\u00a0', lrm: '\u200e', rlm: '\u200f', quot: '"', apos: "'" },
};
const withoutEntities = (text: string): string =>
  text.replace(/&([a-z]{2,4});/g, (whole, name: string) => entities[name] ?? whole);

/** The payload of a cue of WebVTT. Pure. */
export function webvttText(text: string): SubtitleText {
  const runs: StyledText[] = [];
  let style = plainStyle;
  let from = 0;
  for (const { 0: all, 1: inside = '', index } of text.matchAll(markup)) {
    const [, slash, name] = nameOfTag.exec(inside) ?? [];
    runs.push({ ...style, text: withoutEntities(text.slice(from, index)) });
    from = index + all.length;
    const changed = styles[name?.toLowerCase() ?? ''];
    if (changed) style = { ...style, [changed]: slash === '' };
  }
  runs.push({ ...style, text: withoutEntities(text.slice(from)) });
  return { runs };
}
