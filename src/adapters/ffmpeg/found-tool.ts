import type { ToolDescription } from '../../core/tool-description.js';
import type { SandboxChoice } from '../../sandbox/choose-sandbox.js';

export type ToolName = 'ffmpeg' | 'ffprobe';
export type FoundTool = Omit<Extract<ToolDescription, { available: true }>, 'sandbox' | 'filtersCalls'> & {
  readonly sandbox: SandboxChoice;
  /** Names from `-filters`; empty for ffprobe. */
  readonly filters: ReadonlySet<string>;
};
