/**
 * What a tool is kept from, from most to least; each holds what those after it hold. `files`: sees no file but its input,
 * its work folder and the system's programs. `network`: none. `privileges`: cannot gain any, and has another user than
 * root. `limits`: the kernel's on memory, time and the size of files. `off`: nothing.
 */
export const sandboxLevels = ['files', 'network', 'privileges', 'limits', 'off'] as const;
export type SandboxLevel = (typeof sandboxLevels)[number];

export type ToolDescription =
  | {
      readonly available: true;
      readonly path: string;
      readonly version: string;
      readonly source: 'system' | 'npm' | 'configured';
      readonly sandbox: SandboxLevel;
      /** Asks the kernel for nothing but what it needs; starts no other process, above all. */
      readonly filtersCalls: boolean;
    }
  | { readonly available: false; readonly reason: string };

export interface VideoToolsDescription {
  readonly ffmpeg: ToolDescription;
  readonly ffprobe: ToolDescription;
  /** Sentences for the operator: a missing tool and how to get it, a version with a known hole. */
  readonly warnings: readonly string[];
  /** What is good to know and asks for nothing. */
  readonly notes: readonly string[];
}
