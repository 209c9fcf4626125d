import type { ToolDescription, VideoToolsDescription } from '../../core/tool-description.js';
import { sandboxNotes, sandboxWarnings } from '../../sandbox/advice.js';
import type { FoundTool, ToolName } from './found-tool.js';
import { mayHaveMagicYuvHole } from './tool-version.js';

/** What was found of each, or the sentence why nothing was. */
type Found = Readonly<Record<ToolName, FoundTool | string>>;

export const howToInstall =
  'Install ffmpeg with the system packages (Debian, Ubuntu: `apt install ffmpeg`; macOS: `brew install ffmpeg`), ' +
  'on 64-bit Linux for Intel also with `npm install --include=optional`, or configure its path.';

/** The tools as an operator is told of them, with what to do about them. */
export const describeTools = (found: Found): VideoToolsDescription => ({
  ffmpeg: describeTool(found.ffmpeg),
  ffprobe: describeTool(found.ffprobe),
  warnings: [
    ...warningsOf('ffmpeg', found.ffmpeg),
    ...warningsOf('ffprobe', found.ffprobe),
    ...holeIn(found, (source) => source !== 'npm'),
    ...sandboxWarnings(sandboxes(found)),
  ],
  notes: [...holeIn(found, (source) => source === 'npm'), ...sandboxNotes(sandboxes(found))],
});

const describeTool = (found: FoundTool | string): ToolDescription =>
  typeof found === 'string'
    ? { available: false, reason: found }
    : {
        available: true,
        path: found.path,
        version: found.version,
        source: found.source,
        sandbox: found.sandbox.level,
        filtersCalls: found.sandbox.filtersCalls,
      };

const sandboxes = (tools: Found) =>
  Object.entries(tools).flatMap(([name, tool]) =>
    typeof tool === 'string' ? [] : [{ name, ...tool.sandbox }],
  );

function warningsOf(name: ToolName, found: FoundTool | string): string[] {
  if (typeof found === 'string') return [`${found} ${howToInstall}`];
  const warnings: string[] = [];
  if (name === 'ffmpeg' && !['zscale', 'tonemap'].every((filter) => found.filters.has(filter)))
    warnings.push(
      `${name} ${found.version} (${found.path}) lacks zscale or tonemap: HDR videos will look washed out.`,
    );
  return warnings;
}

/** One sentence about the tools of this origin that a known hole may be in; the decoder it is in is never run. */
function holeIn(tools: Found, isMeant: (source: FoundTool['source']) => boolean): string[] {
  const found = Object.entries(tools).flatMap(([name, tool]) =>
    typeof tool !== 'string' && isMeant(tool.source) && mayHaveMagicYuvHole(tool.version)
      ? [{ name, ...tool }]
      : [],
  );
  if (found.length === 0) return [];
  const isBundled = found.every(({ source }) => source === 'npm');
  const names = found.map(({ name, version, path }) => `${name} ${version} (${isBundled ? 'npm' : path})`);
  const advice = isBundled
    ? "install the system's ffmpeg"
    : 'unless your distribution has fixed it, update to';
  return [
    `${names.join(' and ')} may have CVE-2026-8461 in a decoder that is never run here (allow-list); ${advice} 5.1.10, 6.1.6, 7.1.5, 8.1.2 or newer`,
  ];
}
