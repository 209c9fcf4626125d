const MEBIBYTE = 1024 ** 2;

/** What all appends of a process may hold in memory together before it is on its way. */
const BUDGET_BYTES = 256 * MEBIBYTE;
/** Smaller pieces cost more requests than they spare memory. */
const LEAST_PIECE_BYTES = MEBIBYTE;

/** How much each of those who gather bytes at the same time may hold. */
export interface GatheringBudget {
  enter(): void;
  leave(): void;
  /** At most this share of the memory, and of what is wanted. */
  share(wantedBytes: number): number;
}

export function createGatheringBudget(budgetBytes = BUDGET_BYTES): GatheringBudget {
  let gathering = 0;
  return {
    enter() {
      gathering += 1;
    },
    leave() {
      gathering -= 1;
    },
    share: (wantedBytes) =>
      Math.min(wantedBytes, Math.max(LEAST_PIECE_BYTES, Math.floor(budgetBytes / Math.max(1, gathering)))),
  };
}
