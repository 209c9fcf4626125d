import { invalid, MediaFlowError } from '../../core/errors.js';

/** What is asked of an operator's JSON; the largest that any endpoint takes has a few thousand values, four deep. */
const MAXIMUM_DEPTH = 32;
const MAXIMUM_VALUES = 50_000;

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Throws `json_too_deep` or `json_too_large` for JSON that would hold everybody up while it is parsed and checked. Looks at
 * each character once, and leaves what is malformed to the parser.
 */
export function checkJsonBounds(text: string): void {
  let depth = 0;
  let values = 1;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case COMMA:
        values++;
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        depth++;
        values++;
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        depth--;
        break;
    }
    if (depth > MAXIMUM_DEPTH)
      throw invalid('json_too_deep', `The JSON is nested more than ${MAXIMUM_DEPTH} deep.`);
    if (values > MAXIMUM_VALUES)
      throw new MediaFlowError(
        'too-large',
        'json_too_large',
        `The JSON has more than ${MAXIMUM_VALUES} values.`,
      );
  }
}

/** Where the string that begins at `at` has its closing quote, or the end of the text. */
function endOfString(text: string, at: number): number {
  for (let end = text.indexOf('"', at + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charCodeAt(before) === BACKSLASH) before--;
    if ((end - 1 - before) % 2 === 0) return end;
  }
  return text.length;
}
