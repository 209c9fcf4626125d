/** What was asked of one model of a provider on one day (UTC), and what it cost. */
export interface DailyUsage {
  /** `2026-11-30` */
  readonly day: string;
  readonly task: string;
  readonly provider: string;
  readonly model: string;
  readonly requests: number;
  /** Pictures, or what else the task counts. */
  readonly items: number;
  /** As the provider counts them; 0 where it does not. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Millionths of whatever the prices are in. */
  readonly costMicros: number;
}

/** The port to what providers of models are used for: all processes together, whatever becomes of each. */
export interface UsageLedger {
  /**
   * Takes items of what a provider may be asked for on a day, before it is asked. Tells how many are taken with these, or undefined where they would
   * be more than the limit: nothing is taken then.
   */
  take(of: {
    readonly provider: string;
    readonly day: string;
    readonly items: number;
    readonly limit: number;
  }): Promise<number | undefined>;
  /** Gives back what was taken and never asked for. */
  giveBack(of: { readonly provider: string; readonly day: string; readonly items: number }): Promise<void>;
  /** Adds to what the model was used for that day. */
  add(usage: DailyUsage): Promise<void>;
  /** The days from one to another, both included: the newest first, then by provider, model and task. */
  between(from: string, to: string): Promise<readonly DailyUsage[]>;
}
