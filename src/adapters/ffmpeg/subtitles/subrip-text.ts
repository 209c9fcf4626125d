import {
  placementAt,
  plainStyle,
  type StyledText,
  type SubtitleText,
  type TextStyle,
} from './styled-text.js';

/** Nothing in it matches the same text in two ways, and no match is long: it is strangers who write what is searched. */
const markup = /<(\/?)(b|i|u|s|font|strike)(?=[\s>])[^<>]{0,200}>|\{\\([^{}]{0,200})\}/gi;

const styles: Readonly<Record<string, keyof TextStyle>> = { b: 'bold', i: 'italic', u: 'underline' };

/**
 * Text of SubRip, with what is usual in it of HTML (`<i>`) and of ASS (`{\an8}`). Colours and typefaces go; whatever else looks
 * like a tag is text. Pure.
 */
export function subripText(text: string): SubtitleText {
  const runs: StyledText[] = [];
  let style = plainStyle;
  let placement: SubtitleText['placement'];
  let from = 0;
  for (const { 0: all, 1: slash, 2: name, 3: override, index } of text.matchAll(markup)) {
    runs.push({ ...style, text: text.slice(from, index) });
    from = index + all.length;
    const changed = styles[name?.toLowerCase() ?? ''];
    if (changed) style = { ...style, [changed]: slash === '' };
    const key = /^an([1-9])/.exec(override ?? '')?.[1];
    if (key) placement ??= placementAt(Number(key));
  }
  runs.push({ ...style, text: text.slice(from) });
  return { runs, ...(placement && { placement }) };
}
