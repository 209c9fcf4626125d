import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** One room may import another and does. */
export interface RoomImport {
  readonly from: string;
  readonly to: string;
  /** The path in the other room beyond which it may not go; undefined when all of it is open. */
  readonly only: string | undefined;
}

export interface RoomGraph {
  readonly rooms: readonly string[];
  /** Those that do no I/O. */
  readonly pure: readonly string[];
  /** Those whose imports no rule limits. */
  readonly unlimited: readonly string[];
  readonly imports: readonly RoomImport[];
}

/** A rule of `.dependency-cruiser.cjs`, as far as it is about rooms. */
export interface RoomRule {
  readonly name: string;
  readonly to: { readonly path?: string; readonly pathNot?: string | readonly string[] };
}

const source = new URL('../../../src/', import.meta.url);

/** Paths of the files of `src`, from there, each with the paths that it imports. */
export type FileImports = ReadonlyMap<string, readonly string[]>;

export function readFileImports(): FileImports {
  const paths = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  return new Map(paths.sort().map((path) => [path, importsOf(path)]));
}

function importsOf(path: string): string[] {
  const text = readFileSync(new URL(path, source), 'utf8');
  const specifiers = [...text.matchAll(/^(?:import|export|\}) .*?from '(\.[^']+)'/gm)].map(
    ([, found = '']) => found,
  );
  return specifiers
    .map((specifier) => new URL(specifier, new URL(path, source)).href)
    .filter((href) => href.startsWith(source.href))
    .map((href) => href.slice(source.href.length));
}

export const readRoomRules = (): readonly RoomRule[] =>
  (createRequire(import.meta.url)('../../../.dependency-cruiser.cjs') as { forbidden: RoomRule[] }).forbidden;

/** Who may import whom, by the rules, and does, by the files. */
export function roomGraph(files: FileImports, rules: readonly RoomRule[]): RoomGraph {
  const roomOf = (path: string) => path.split('/')[0] ?? '';
  const rooms = [...new Set([...files.keys()].filter((path) => path.includes('/')).map(roomOf))];
  const ruleOf = (name: string) => rules.find((rule) => rule.name === name);
  const used = new Set<string>();
  for (const [path, imported] of files) {
    if (!path.includes('/')) continue;
    for (const other of imported)
      if (roomOf(path) !== roomOf(other)) used.add(`${roomOf(path)} ${roomOf(other)}`);
  }
  const imports = [...used].sort().map((pair): RoomImport => {
    const [from = '', to = ''] = pair.split(' ');
    const allowed = [ruleOf(`${from}-imports`)?.to.pathNot ?? []].flat();
    const only = allowed.find((path) => path.startsWith(`^src/${to}/`))?.slice(`^src/${to}/`.length);
    return { from, to, only: only || undefined };
  });
  return {
    rooms,
    imports,
    pure: rooms.filter((room) => ruleOf(`${room}-is-pure`)),
    unlimited: rooms.filter((room) => !ruleOf(`${room}-imports`)),
  };
}
