/** The one place, for all kinds of a process, that a job which was set aside needs to run. */
export interface Suspects {
  isTaken(): boolean;
  /** False when another has it. */
  take(jobId: string): boolean;
  release(jobId: string): void;
}

/** `onFree` hears when the place is free again. */
export function createSuspects(onFree: () => void): Suspects {
  let holder: string | undefined;
  return {
    isTaken: () => holder !== undefined,
    take(jobId) {
      if (holder !== undefined) return false;
      holder = jobId;
      return true;
    },
    release(jobId) {
      if (holder !== jobId) return;
      holder = undefined;
      onFree();
    },
  };
}
