/** One handing over of an attempt to a handler. */
export interface AttemptDelivery {
  readonly jobId: string;
  readonly attempt: number;
  /** UUID, of this delivery alone. */
  readonly deliveryId: string;
}

/**
 * The port to who works on an attempt, for queues that may deliver one more than once. A claim is for good: when its
 * worker is lost the attempt is over, and the queue delivers the next one.
 */
export interface AttemptClaims {
  /** True for the delivery that asked first, however often it asks, and false for all others. Kept once it resolves. */
  claim(delivery: AttemptDelivery): Promise<boolean>;
}
