import { basename, dirname } from 'node:path';
import type { SandboxLevel } from '../core/tool-description.js';
import { toolAccount } from './account.js';
import type { Launchers } from './launchers.js';
import { restrictedByItself } from './restrict-itself.js';

/** What the kernel lets a run have, whatever becomes of us. */
export interface KernelLimits {
  readonly addressSpaceBytes: number;
  /** Of any one file it writes; 0: none. */
  readonly fileBytes: number;
  /** Of all its threads together. */
  readonly cpuSeconds: number;
}

export interface ConfinedTool {
  /** With links resolved. */
  readonly path: string;
  /** Whether it reads its input from a descriptor that is open already: by ffmpeg's protocol `fd:`, or as its standard input. */
  readonly readsDescriptors: boolean;
  /** It lies in a folder that other users may not pass; they can start it all the same, by a descriptor. */
  readonly isClosed?: boolean;
  /** Files and folders of its own that it reads beside its input. */
  readonly code?: readonly string[];
}

export interface ConfinedRun {
  /** The arguments with the input under this name. */
  readonly argumentsFor: (inputName: string) => readonly string[];
  /** Without one it is told all it needs by a pipe. */
  readonly inputPath?: string;
  readonly workFolder?: string;
  readonly limits: KernelLimits;
}

/** How to start a tool in its place. */
export interface Launch {
  readonly path: string;
  readonly arguments: readonly string[];
  readonly workFolder: string | undefined;
  readonly inputName: string;
  /** Its input is descriptor 0; otherwise it gets none. */
  readonly takesInput: boolean;
  /** The tool is a child of what is started, which tells its process id as JSON on descriptor 4. */
  readonly isChild: boolean;
  /** The tool itself is handed on descriptor 6. */
  readonly takesTool: boolean;
  /** What is started reads it on descriptor 5. */
  readonly callFilter: Uint8Array | undefined;
}

/** Where a tool is put, and by what. */
export interface Place {
  readonly level: SandboxLevel;
  readonly launchers: Launchers;
  /** A seccomp program. */
  readonly callFilter?: Uint8Array | undefined;
}

const descriptor = 'fd:';
const descriptorAgain = 'file:/proc/self/fd/0';

/** Without bwrap's view of the files a tool is named the descriptor, since the way to the file may be closed to its user. */
function inputNameFor(level: SandboxLevel, tool: ConfinedTool, inputPath: string | undefined): string {
  if (inputPath === undefined) return '';
  if (level === 'off') return `file:${inputPath}`;
  if (tool.readsDescriptors) return descriptor;
  if (level === 'files') return 'file:/input';
  return level === 'limits' ? `file:${inputPath}` : descriptorAgain;
}

/** Command and arguments, as they are put before those of the tool. */
type Words = readonly string[];

/** Units of the shell: KiB of memory, blocks of 512 bytes, seconds. One that is lower already stays as it is. */
const underLimits = ({ addressSpaceBytes, fileBytes, cpuSeconds }: KernelLimits): Words => [
  '/bin/sh',
  '-c',
  '{ ulimit -c 0; ulimit -n 256; ulimit -v "$1"; ulimit -f "$2"; ulimit -t "$3"; } 2>/dev/null; shift 3; exec "$@"',
  'sandbox',
  String(Math.ceil(addressSpaceBytes / 1024)),
  String(Math.ceil(fileBytes / 512)),
  String(Math.ceil(cpuSeconds)),
];

const withoutPrivileges = ({ setpriv = 'setpriv', isRoot }: Launchers): Words => [
  setpriv,
  // To change the user makes a process forget what is to happen when its parent dies, so it is said here.
  '--pdeathsig=KILL',
  '--no-new-privs',
  '--inh-caps=-all',
  '--ambient-caps=-all',
  ...(isRoot
    ? [
        `--reuid=${toolAccount.uid}`,
        `--regid=${toolAccount.gid}`,
        '--clear-groups',
        // Nobody but root may take from it.
        '--bounding-set=-all',
      ]
    : []),
  '--',
];

/** Of processes nobody sees any, and all go with the first; it is the tool, and says who it is out here. */
const withoutOthers = ({ unshare = 'unshare', isRoot }: Launchers): Words => [
  unshare,
  ...(isRoot ? [] : ['--user', '--map-current-user']),
  ...['--net', '--ipc', '--uts', '--pid', '--fork', '--kill-child=KILL', '--'],
  ...['/bin/sh', '-c'],
  'read -r id rest </proc/self/stat && echo "{\\"child-pid\\": $id }" >&4; exec 4>&-; exec "$@"',
  'sandbox',
];

/** Where programs and their libraries are; everything else is not there. */
const systemFolders = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'] as const;
const linkerFiles = ['/etc/alternatives', '/etc/ld.so.cache'] as const;
const devices = ['/dev/null', '/dev/urandom'] as const;

const toolAgain = '/proc/self/fd/6';
/** By whom a tool is started that is another user, its way is closed to, and who has no root of its own. */
const nameOf = ({ level, launchers }: Place, tool: ConfinedTool): string => {
  if (level === 'files') return placeOf(tool);
  const isOtherUser = launchers.isRoot && (level === 'network' || level === 'privileges');
  return isOtherUser && tool.isClosed ? toolAgain : tool.path;
};

const isSystemPath = (path: string): boolean => systemFolders.some((folder) => path.startsWith(`${folder}/`));
const placeOf = ({ path }: ConfinedTool): string => (isSystemPath(path) ? path : `/tool/${basename(path)}`);

/** Behind a filter of system calls, with no file to be opened but what bwrap would show. */
const filtered = ({ launchers, callFilter }: Place, tool: ConfinedTool, run: ConfinedRun): Words =>
  callFilter
    ? restrictedByItself(launchers.perl ?? 'perl', {
        read: [
          ...[...systemFolders, ...linkerFiles, ...devices, tool.path, ...(tool.code ?? [])],
          ...(run.inputPath === undefined ? [] : [run.inputPath]),
        ],
        write: ['/dev/null', ...(run.workFolder === undefined ? [] : ['.'])],
      })
    : [];

const foldersTo = (path: string): readonly string[] =>
  dirname(path) === path || dirname(path) === '/' ? [] : [...foldersTo(dirname(path)), dirname(path)];

/** At the paths they have out here, since a program finds its parts by where it is itself. */
const shown = (paths: readonly string[]): Words => [
  ...[...new Set(paths.flatMap(foldersTo))].flatMap((folder) => ['--perms', '0755', '--dir', folder]),
  ...paths.flatMap((path) => ['--ro-bind', path, path]),
];

/** A root of its own, of which only the work folder can be written. No new user namespace where root starts it: in one there would be no other user to change to. */
const withFilesOf = ({ launchers, callFilter }: Place, tool: ConfinedTool, run: ConfinedRun): Words => [
  launchers.bwrap ?? 'bwrap',
  ...['--unshare-pid', '--unshare-net', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'],
  // Its process id is then the one we are told.
  ...['--as-pid-1', '--die-with-parent', '--info-fd', '4'],
  ...(callFilter ? ['--seccomp', '5'] : []),
  ...systemFolders.flatMap((path) => ['--ro-bind-try', path, path]),
  // Of a folder made on the way to something nobody but its owner could pass.
  ...['--perms', '0755', '--dir', '/etc', '--perms', '0755', '--dir', '/dev'],
  ...linkerFiles.flatMap((path) => ['--ro-bind-try', path, path]),
  ...devices.flatMap((path) => ['--dev-bind', path, path]),
  ...(isSystemPath(tool.path)
    ? []
    : ['--perms', '0755', '--dir', '/tool', '--ro-bind', tool.path, placeOf(tool)]),
  ...shown(tool.code ?? []),
  ...(tool.readsDescriptors || run.inputPath === undefined ? [] : ['--ro-bind', run.inputPath, '/input']),
  ...(run.workFolder === undefined ? [] : ['--bind', run.workFolder, '/work', '--chdir', '/work']),
  ...['--remount-ro', '/', '--'],
];

/** What puts a tool in its place, from the outside in. Pure. */
export function confine(place: Place, tool: ConfinedTool, run: ConfinedRun): Launch {
  const { level, launchers } = place;
  const inputName = inputNameFor(level, tool, run.inputPath);
  const around: Readonly<Record<SandboxLevel, () => readonly Words[]>> = {
    files: () => [
      underLimits(run.limits),
      withFilesOf(place, tool, run),
      // bwrap itself leaves nobody but root any privileges.
      launchers.isRoot ? withoutPrivileges(launchers) : [],
    ],
    network: () => [
      ...[underLimits(run.limits), withoutOthers(launchers), withoutPrivileges(launchers)],
      filtered(place, tool, run),
    ],
    privileges: () => [
      ...[underLimits(run.limits), withoutPrivileges(launchers)],
      filtered(place, tool, run),
    ],
    limits: () => [underLimits(run.limits), filtered(place, tool, run)],
    off: () => [],
  };
  const [path = tool.path, ...words] = [
    ...around[level]().flat(),
    nameOf(place, tool),
    ...run.argumentsFor(inputName),
  ];
  return {
    path,
    arguments: words,
    workFolder: run.workFolder,
    inputName,
    takesInput: inputName === descriptor || inputName === descriptorAgain,
    isChild: level === 'files' || level === 'network',
    takesTool: nameOf(place, tool) === toolAgain,
    callFilter: place.callFilter,
  };
}
