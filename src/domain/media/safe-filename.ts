/** What would break a line, or show text in another order than it is written. Joiners stay: scripts and emoji need them. */
const BREAKING = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
const MISLEADING = /[\p{Cs}\p{Bidi_Control}\uFEFF\uFFF9-\uFFFB]+/gu;

/** One line of text, in the order it is written. */
export const oneLine = (text: string): string =>
  text.replaceAll(MISLEADING, '').replaceAll(BREAKING, ' ').trim();

const maximumNameCharacters = 200;

/** The last part of whatever path was sent, without control characters: a name to show, never a path to open. */
export function safeFilename(filename: string): string {
  const last = filename.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const name = last.replaceAll(BREAKING, '').replaceAll(MISLEADING, '').trim().replace(/^\.+/, '');
  return /[^\p{Cf}\p{Z}]/u.test(name) ? shorten(name) : 'file';
}

/** Its end goes, but for the extension; never half of what is read as one character. */
function shorten(name: string): string {
  if ([...name].length <= maximumNameCharacters) return name;
  const extension = /\.[^.\s]{1,16}$/u.exec(name)?.[0] ?? '';
  const stem = name.slice(0, name.length - extension.length);
  const room = maximumNameCharacters - [...extension].length;
  let kept = '';
  let used = 0;
  for (const { segment } of new Intl.Segmenter().segment(stem)) {
    used += [...segment].length;
    if (used > room) break;
    kept += segment;
  }
  // One character of hundreds of marks is none that anybody reads.
  return (kept.trimEnd() || [...stem].slice(0, room).join('')) + extension;
}
