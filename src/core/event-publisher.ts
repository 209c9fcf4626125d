/** An event on its way out of the house. */
export interface EventRecord {
  /** Name of the aggregate whose event it is; each has a topic of its own. */
  readonly aggregate: string;
  /** Records of one key stay in the order they were published in. */
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The port to what carries events to others. Whoever opened it last is the only one who can publish: what somebody before still
 * has under way is refused, however late it comes, so that no older record lands behind a newer one of its key.
 */
export interface EventPublisher {
  /** Throws `unavailable`. */
  open(): Promise<OpenEventPublisher>;
  /** What is wrong with where events go, as a sentence; undefined when nothing is. Throws `unavailable`. */
  trouble(): Promise<string | undefined>;
}

export interface OpenEventPublisher {
  /**
   * Resolves once all of them are kept for good, in their order. Throws `unavailable` when that is not known, or somebody else
   * has opened the publisher: it is of no more use then. Whoever opens it anew publishes the same again.
   */
  publish(records: readonly EventRecord[]): Promise<void>;
  close(): Promise<void>;
}
