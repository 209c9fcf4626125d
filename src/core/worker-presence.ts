/** The port to which kinds of jobs are taken by processes that live. */
export interface WorkerPresence {
  /** Says that a process (its id a UUID) lives and takes these kinds; to be said again before it is forgotten. */
  seen(processId: string, kinds: readonly string[]): Promise<void>;
  /** Says that a process takes nothing any more. */
  gone(processId: string): Promise<void>;
  /** How many processes take each kind; kinds that nobody takes are not among them. */
  takers(): Promise<ReadonlyMap<string, number>>;
}
