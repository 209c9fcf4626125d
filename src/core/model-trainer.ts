/** Plain data, of which the named kind of model is trained: what is in it is that kind's alone. */
export interface TrainingOrder {
  readonly name: string;
}

export interface TrainedModel {
  /** All that a model comes of: two with the same version are the same, byte for byte. */
  readonly version: {
    readonly position: string | null;
    readonly after?: string;
    readonly code: string;
    readonly parameters: object;
    readonly seed: number;
  };
  readonly blob: Uint8Array<ArrayBuffer>;
  /** What it has learnt of, counted. */
  readonly learnt: Readonly<Record<string, number>>;
  /** How good it is, by name of the measure; null where it was not asked for, and where there is too little to tell. */
  readonly evaluation: Readonly<Record<string, number>> | null;
  /** Why it may not be used, whatever was wanted; null of one that may. */
  readonly withheld: { readonly code: string; readonly message: string } | null;
}

/** The port to training. */
export interface ModelTrainer {
  /**
   * The order's arrays are handed over: whoever ordered has them no more. Throws the signal's reason; unavailable
   * `training_crashed` when whatever trains is lost, `training_closed`; internal `training_failed` for what it says itself.
   */
  train(order: TrainingOrder, signal: AbortSignal): Promise<TrainedModel>;
  /** Ends what runs. */
  close(): Promise<void>;
}
