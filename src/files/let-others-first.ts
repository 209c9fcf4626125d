import { constants, setPriority } from 'node:os';

/**
 * Lets requests have the processor before this thread. Elsewhere than on Linux this would be said of the whole process. A
 * wish, not a need: who is nicer already may not take that back unless it is root, and stays as it is.
 */
export function letOthersFirst(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // As nice as it was.
  }
}
