import type { Writable } from 'node:stream';
import type { FolderLimits } from './folder-watch.js';
import type { Tool } from './tool.js';

export interface ToolRun {
  readonly tool: Tool;
  readonly path: string;
  readonly arguments: readonly string[];
  /** Where relative output names land; by default the root, where nobody looks for any. */
  readonly workFolder?: string | undefined;
  /** A descriptor of ours that becomes its standard input; by default it has none. */
  readonly inputDescriptor?: number | undefined;
  /** It is told what to do by a pipe instead, which is handed over when it has been started. */
  readonly onStart?: (standardInput: Writable) => void;
  /** The tool is a child of what is started: of what bwrap or unshare is in, which tells `{"child-pid": …}` on descriptor 4. */
  readonly isChild?: boolean;
  /** A seccomp program, which what is started reads on descriptor 5. */
  readonly callFilter?: Uint8Array | undefined;
  /** A descriptor of ours that becomes descriptor 6. */
  readonly toolDescriptor?: number | undefined;
  readonly signal: AbortSignal;
  readonly wallClockSeconds: number;
  /** At the end of its wall clock it is asked to end, and what it wrote by then is its result. */
  readonly partIsEnough?: boolean;
  /** Killed when for this long nothing shows that it is at work, see `createStallWatch`. */
  readonly stallSeconds: number;
  readonly maximumMemoryBytes: number;
  readonly maximumOutputBytes: number;
  /** Of all that it writes to its work folder; by default nobody looks. */
  readonly folderLimits?: FolderLimits | undefined;
  /** Takes what is written as it comes; then none of it is kept. */
  readonly onOutput?: (chunk: Buffer) => void;
  /** Takes what it writes to descriptor 3. */
  readonly onTold?: (text: string) => void;
  /** Figures that only rise, as long as it gets on, beside those that are seen of any process. */
  readonly signsOfLife?: () => readonly number[];
}

export interface ToolResult {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  /** Null when it ended by itself. */
  readonly endSignal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  /** It was asked to end before it had written everything, and a part is enough. */
  readonly isPart: boolean;
  /** The last 64 KiB. */
  readonly stderr: string;
}
