import type { AnswerOf, InferenceTask, RequestOf } from './task-table.js';

/** Which model said it, so that a decision can be explained and repeated years later. */
export interface ModelIdentity {
  readonly provider: string;
  readonly model: string;
  /** sha256 of the weights, or the provider's version. */
  readonly version: string;
  /** Of the words that a model was asked in, where it was asked in words. */
  readonly promptVersion?: string;
  /** What a provider counts, where it does. */
  readonly tokens?: TokenCounts;
  /** Millionths of whatever the prices are in, where there are any. */
  readonly costMicros?: number;
}

/** What a provider counts, and is paid by. */
export interface TokenCounts {
  readonly input: number;
  readonly output: number;
}

/** An answer, and whose it is. */
export interface Inferred<Task extends InferenceTask> {
  readonly model: ModelIdentity;
  readonly answer: AnswerOf<Task>;
}

/** How a question is asked. */
export interface AskOptions {
  readonly signal: AbortSignal;
  /** What providers have counted for the same item so far. */
  readonly tokensSpent?: number;
}

/** The port to models, wherever they run. What is asked and answered is in the table of tasks. */
export interface InferenceClient {
  /**
   * Rejects with the signal's reason when it is aborted, else with a MediaFlowError: `invalid` of what no model can be asked,
   * `unsupported` of a task that nobody here does, `unavailable` of what another attempt may get.
   */
  infer<Task extends InferenceTask>(
    task: Task,
    request: RequestOf<Task>,
    options: AskOptions,
  ): Promise<Inferred<Task>>;
  /** Lets go of threads, connections and memory; the next request opens them again. */
  close(): Promise<void>;
}
