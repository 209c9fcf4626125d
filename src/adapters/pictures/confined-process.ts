import { realpath } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { chooseSandbox, type SandboxChoice, type SandboxWish } from '../../sandbox/choose-sandbox.js';
import { isClosedToOthers } from '../../sandbox/closed-path.js';
import type { KernelLimits } from '../../sandbox/confine.js';
import type { Launchers } from '../../sandbox/launchers.js';
import type { Tool } from '../../sandbox/run/tool.js';
import { ownCode, processEntry } from './own-code.js';

export const pictureTool: Tool = {
  name: 'the process of the pictures',
  codes: {
    missing: 'picture_tool_missing',
    timeout: 'picture_timeout',
    stalled: 'picture_tool_stalled',
    memory: 'picture_memory_exceeded',
    output: 'picture_output_too_large',
    processes: 'picture_output_too_large',
  },
  environment: {
    LC_ALL: 'C',
    // Where it may not be read, Node would not start.
    OPENSSL_CONF: '/dev/null',
    // What is drawn comes and goes in blocks of megabytes: glibc would keep them, in each of its arenas, for a block as large.
    MALLOC_ARENA_MAX: '1',
    MALLOC_MMAP_THRESHOLD_: String(2 ** 20),
    MALLOC_TRIM_THRESHOLD_: String(4 * 2 ** 20),
    VIPS_BLOCK_UNTRUSTED: '1',
  },
};

export interface SandboxPlace {
  readonly sandbox?: SandboxWish;
  readonly trialFolder?: string | undefined;
  readonly launchers?: Launchers;
}

/** Memory of WebAssembly is mapped with gigabytes around it unless somebody says so. */
export const processArguments = [
  ...['--disable-warning=ExperimentalWarning', '--disable-wasm-trap-handler', '--max-old-space-size=512'],
  processEntry,
] as const;

/** Of resident memory, see `watchTool`. */
export const memoryBytes = 1024 ** 3;
/** Node maps a few GiB that it does not use. */
export const kernelLimits: KernelLimits = {
  addressSpaceBytes: 2 * memoryBytes + 4 * 1024 ** 3 + availableParallelism() * 512 * 2 ** 20,
  fileBytes: 0,
  cpuSeconds: 24 * 60 * 60,
};

/** The best place for it on this machine: it needs no file but its own code, and writes none. */
export async function choosePlace({ sandbox = 'auto', ...places }: SandboxPlace): Promise<SandboxChoice> {
  const path = await realpath(process.execPath);
  return chooseSandbox(
    { path, readsDescriptors: true, isClosed: await isClosedToOthers(path), code: ownCode() },
    { ...places, wish: sandbox, tool: pictureTool, trial: processArguments, needsNoFiles: true },
  );
}
