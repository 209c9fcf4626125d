import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const COLLECTED_AFTER_BYTES = 8 * 1024 * 1024;

type Collect = (options: { readonly type: 'minor' }) => void;

let collect: Collect | undefined;
let writtenBytes = 0;

/**
 * Has the memory of buffers that were just written, and are referred to no more, given back soon. To V8 what a buffer holds
 * weighs on the old generation alone: by itself it marks the whole heap for each 20 MiB that come in, which is most of
 * what an upload costs, though all of these buffers are young and a young collection of a millisecond frees them.
 */
export function releaseWritten(bytes: number): void {
  writtenBytes += bytes;
  if (writtenBytes < COLLECTED_AFTER_BYTES) return;
  writtenBytes = 0;
  collect ??= exposeCollect();
  collect({ type: 'minor' });
}

/** The flag holds for contexts made after it, so the function stays out of everybody else's sight. */
function exposeCollect(): Collect {
  setFlagsFromString('--expose-gc');
  const exposed = runInNewContext('gc') as Collect;
  setFlagsFromString('--no-expose-gc');
  return exposed;
}
