import { runGuarded } from '../../sandbox/run/run-guarded.js';
import type { ToolResult, ToolRun } from '../../sandbox/run/tool-run.js';
import type { ToolName } from './found-tool.js';
import { createProgressReader, type ToolProgress } from './progress.js';
import { tools } from './tools.js';

export interface FfmpegRun extends Omit<ToolRun, 'tool' | 'onStart' | 'onTold' | 'signsOfLife'> {
  readonly tool: ToolName;
  readonly onProgress?: (progress: ToolProgress) => void;
}

export interface FfmpegResult extends ToolResult {
  /** The furthest point of the output, 0 when there was none. */
  readonly outTimeSeconds: number;
  /** Video frames written, 0 when there were none or the tool reports none. */
  readonly frames: number;
}

/**
 * Runs ffmpeg or ffprobe to its end, see `runGuarded`. Progress comes in when the arguments hold `-progress pipe:3`. Throws
 * `ffmpeg_missing`, `ffmpeg_stalled`, `ffmpeg_timeout`, `ffmpeg_memory_exceeded`, `ffmpeg_processes_exceeded` or `ffmpeg_output_too_large`.
 */
export async function runTool({ tool, onProgress, ...run }: FfmpegRun): Promise<FfmpegResult> {
  let outTimeSeconds = 0;
  let frames = 0;
  const onTold = createProgressReader((progress) => {
    outTimeSeconds = Math.max(outTimeSeconds, progress.outTimeSeconds ?? 0);
    frames = Math.max(frames, progress.frame ?? 0);
    onProgress?.(progress);
  });
  const signsOfLife = () => [outTimeSeconds, frames];
  const result = await runGuarded({ ...run, tool: tools[tool], onTold, signsOfLife });
  return { ...result, outTimeSeconds, frames };
}
