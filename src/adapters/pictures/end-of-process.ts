import { MediaFlowError } from '../../core/errors.js';
import type { ToolResult } from '../../sandbox/run/tool-run.js';

/** Somebody sends them, the kernel too when memory is short; a decoder that breaks ends of others. */
const sentByOthers: readonly (NodeJS.Signals | null)[] = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'];
const outOfMemory = /heap out of memory|out of memory|bad_alloc|cannot allocate|Allocation failed/i;

/** What it means that the process ended while it was asked something. Pure. */
export function endOfProcess({ exitCode, endSignal, stderr }: ToolResult): MediaFlowError {
  if (sentByOthers.includes(endSignal))
    return new MediaFlowError(
      'internal',
      'picture_tool_killed',
      `The process of the pictures was ended from outside (${endSignal}).`,
    );
  if (outOfMemory.test(stderr))
    return new MediaFlowError(
      'too-large',
      'picture_memory_exceeded',
      'The process of the pictures needed too much memory for it.',
    );
  const how = endSignal ?? `exit code ${exitCode}`;
  const said = stderr.trim().split('\n').slice(-3).join('\n').slice(-500);
  return new MediaFlowError(
    'internal',
    'picture_tool_crashed',
    `The process of the pictures ended of it (${how}).`,
    { said },
  );
}
