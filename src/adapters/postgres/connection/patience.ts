/**
 * How long to wait for a server that says nothing: a cut network ends no connection. Whoever waits longer than this is
 * told so, and the connection is thrown away, so that no late answer meets another question.
 */

/** Of every connection. Without the probes a dead one is noticed after hours; the others bound what somebody waits for. */
export const patience = {
  connectionTimeoutMillis: 5_000,
  /** Of one statement. Work in the background may take as long as the slowest disk. */
  query_timeout: 30_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
} as const;

/** For a statement that a request waits for, which is to be answered within 15 s. */
export const soon = { query_timeout: 9_000 } as const;

/** For a statement whose time grows with what is stored. */
export const unhurried = { query_timeout: 3_600_000 } as const;

/** For what ends a piece of work on a connection that may have fallen silent. */
export const atOnce = { query_timeout: 1_000 } as const;
