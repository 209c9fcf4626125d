/** What is not seen, turns the direction of what is read, or may stand for another character; the joiners that scripts and emoji need stay. */
const UNSEEN =
  /(?!\u200c|\u200d|\ufe0f|\s)[\p{Cc}\p{Cf}\p{Co}\p{Cn}\u2028\u2029\u115f\u1160\u3164\uffa0\ufffc]/gu;

const JOINERS = /\u200c|\u200d|\ufe0f/g;

const ADDRESS =
  /[a-z][a-z0-9+.-]{1,20}:\s*(\/|\\)|\b(javascript|data|mailto|vbscript|tel)\s*:|\bwww\s*\.|\b[\p{L}\p{N}-]+\.(com|net|org|io|info|biz|ru|cn|xyz|top|link|site|online|app|dev|me|tv|cc|example|test|invalid)\b|[\p{L}\p{N}._-]+@[\p{L}\p{N}-]+\.\p{L}/iu;

const MARKUP = /<\s*[a-z!/?]|&(#\w+|[a-z]{2,8});|\]\s*\(|!\[|```|\{\{|\$\{|%\d[0-9a-f]/iu;

/**
 * A text of a stranger as words for people: on one line, without what nobody sees, no longer than so many characters; undefined where nothing is left,
 * or where it holds an address or markup. Full-width and other compatible forms are told for what they look like. Pure.
 */
export function plainWords(text: string, maximumCharacters: number): string | undefined {
  const bounded = text.slice(0, maximumCharacters * 4).toWellFormed();
  const seen = bounded
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .replace(UNSEEN, '')
    .replaceAll('\ufffd', '')
    .replace(/ {2,}/g, ' ')
    .trim();
  const joined = seen.replace(JOINERS, '');
  if ([seen, joined, joined.normalize('NFKC')].some((form) => ADDRESS.test(form) || MARKUP.test(form)))
    return undefined;
  const plain = seen.replace(/[<>`\uff1c\uff1e]/g, '');
  const cut = [...plain].slice(0, maximumCharacters).join('').trim();
  const fitting = cut.length <= maximumCharacters ? cut : cut.slice(0, maximumCharacters).toWellFormed();
  return /[\p{L}\p{N}]/u.test(fitting) ? fitting.replaceAll('\ufffd', '') : undefined;
}
