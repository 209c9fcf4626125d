/** The line, from 1, on which the value at a path of keys and indexes begins; that of the innermost part of the path that is there. */
export function lineOf(json: string, path: readonly PropertyKey[]): number {
  const scanner = { json, at: 0 };
  return lineAt(json, placeOf(scanner, path.map(String)));
}

interface Scanner {
  readonly json: string;
  at: number;
}

const lineAt = (text: string, place: number): number => text.slice(0, place).split('\n').length;

/** Of valid JSON: finds the value at the path, or where its closest ancestor begins. */
function placeOf(scanner: Scanner, [key, ...rest]: readonly string[]): number {
  skipSpace(scanner);
  const begin = scanner.at;
  const opening = scanner.json[begin];
  if (key === undefined || (opening !== '{' && opening !== '[')) return begin;
  scanner.at++;
  for (let index = 0; ; index++) {
    skipSpace(scanner);
    const next = scanner.json[scanner.at];
    if (next === undefined || next === '}' || next === ']') return begin;
    const name = opening === '{' ? readKey(scanner) : String(index);
    if (name === key) return placeOf(scanner, rest);
    skipValue(scanner);
    skipSpace(scanner);
    if (scanner.json[scanner.at] === ',') scanner.at++;
  }
}

function skipSpace(scanner: Scanner): void {
  while (/\s/.test(scanner.json[scanner.at] ?? '')) scanner.at++;
}

function readKey(scanner: Scanner): string {
  const from = scanner.at;
  skipText(scanner);
  const name = JSON.parse(scanner.json.slice(from, scanner.at)) as string;
  skipSpace(scanner);
  scanner.at++; // the colon
  return name;
}

function skipText(scanner: Scanner): void {
  for (scanner.at++; scanner.json[scanner.at] !== '"'; scanner.at++)
    if (scanner.json[scanner.at] === '\\') scanner.at++;
  scanner.at++;
}

function skipValue(scanner: Scanner): void {
  let depth = 0;
  do {
    skipSpace(scanner);
    const next = scanner.json[scanner.at] ?? '';
    if (next === '"') skipText(scanner);
    else {
      if (next === '{' || next === '[') depth++;
      if (next === '}' || next === ']') depth--;
      scanner.at++;
      if (!'{}[],:'.includes(next))
        while (/[^\s{}[\],:"]/.test(scanner.json[scanner.at] ?? ' ')) scanner.at++;
    }
  } while (depth > 0 && scanner.at < scanner.json.length);
}
