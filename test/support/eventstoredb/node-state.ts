import type { Metadata, ServiceError } from '@grpc/grpc-js';
import type { IdempotencyCache } from './decide-append.js';
import type { Faults } from './faults.js';
import type { TransactionLog } from './transaction-log.js';

/** What the calls of one node share. */
export interface NodeState {
  readonly log: TransactionLog;
  readonly cache: IdempotencyCache;
  readonly faults: Faults;
  readonly maximumAppendBytes: number;
  /** Why a call is turned away, if it is: for its credentials, or because it wants the leader and this is another node. */
  admit(metadata: Metadata): Promise<ServiceError | undefined>;
  /** Fires when the node stops. */
  readonly stopping: AbortSignal;
}
