import type { Tool } from '../../sandbox/run/tool.js';
import type { ToolName } from './found-tool.js';

const ofBoth = {
  codes: {
    missing: 'ffmpeg_missing',
    timeout: 'ffmpeg_timeout',
    stalled: 'ffmpeg_stalled',
    memory: 'ffmpeg_memory_exceeded',
    output: 'ffmpeg_output_too_large',
    processes: 'ffmpeg_processes_exceeded',
  },
  // FFREPORT would write files.
  environment: {
    PATH: process.env.PATH ?? '',
    LC_ALL: 'C',
    AV_LOG_FORCE_NOCOLOR: '1',
    // Statically linked builds crash when they load the system's character set modules (MPEG-TS service names).
    GCONV_PATH: '/nonexistent',
  },
} as const satisfies Omit<Tool, 'name'>;

/** What a run of each is called, and told of the outside. */
export const tools: Readonly<Record<ToolName, Tool>> = {
  ffmpeg: { name: 'ffmpeg', ...ofBoth },
  ffprobe: { name: 'ffprobe', ...ofBoth },
};
