const MEBIBYTE = 1024 ** 2;

/** What all appends of a process may gather in memory together, and what they may have on its way together. */
const BUDGET_BYTES = 256 * MEBIBYTE;
/** Smaller pieces cost more requests than they spare memory. */
const LEAST_PIECE_BYTES = MEBIBYTE;

/** What those who receive bytes at the same time may hold of them, so that many uploads need no more memory than some. */
export interface MemoryBudget {
  enter(): void;
  leave(): void;
  /** Bytes that each may gather: its share of the memory, and at most what is wanted. */
  share(wantedBytes: number): number;
  /**
   * A share that stays what it is however many come; whoever got it gives it back. Undefined when half of the memory is
   * given away so.
   */
  reserve(bytes: number): (() => void) | undefined;
  /** Waits, in turn, until so many more bytes may be on their way; whoever got that gives it back. */
  room(bytes: number): Promise<() => void>;
}

export function createMemoryBudget(budgetBytes = BUDGET_BYTES): MemoryBudget {
  let gathering = 0;
  let reservedBytes = 0;
  let sendingBytes = 0;
  const waiting: { readonly bytes: number; begin(): void }[] = [];

  // What is larger than all there is goes alone.
  const fits = (bytes: number) => sendingBytes === 0 || sendingBytes + bytes <= budgetBytes;

  function admit(): void {
    for (let next = waiting[0]; next && fits(next.bytes); next = waiting[0]) {
      waiting.shift();
      sendingBytes += next.bytes;
      next.begin();
    }
  }

  return {
    enter() {
      gathering += 1;
    },
    leave() {
      gathering -= 1;
    },
    share: (wantedBytes) =>
      Math.min(
        wantedBytes,
        Math.max(LEAST_PIECE_BYTES, Math.floor((budgetBytes - reservedBytes) / Math.max(1, gathering))),
      ),
    reserve(bytes) {
      if (reservedBytes + bytes > budgetBytes / 2) return undefined;
      reservedBytes += bytes;
      return once(() => {
        reservedBytes -= bytes;
      });
    },
    async room(bytes) {
      await new Promise<void>((begin) => {
        waiting.push({ bytes, begin });
        admit();
      });
      return once(() => {
        sendingBytes -= bytes;
        admit();
      });
    },
  };
}

function once(giveBack: () => void): () => void {
  let isGiven = true;
  return () => {
    if (isGiven) giveBack();
    isGiven = false;
  };
}
