import type { Instant } from './time.js';

/** Bytes that belong together: everything below a prefix, or one file. */
export interface StoredPlace {
  readonly prefix: string;
  readonly sizeBytes: number;
  /** Stable, snake_case. */
  readonly reason: string;
}

/** What history names and the blob store has not, or not whole. */
export interface MissingBytes {
  /** A key, or the prefix of many. */
  readonly key: string;
  /** At least so many should be there. */
  readonly expectedBytes: number;
  readonly storedBytes: number;
}

/** How many there are, and the first of them. */
export interface Tally<Found> {
  readonly count: number;
  readonly sizeBytes: number;
  readonly listed: readonly Found[];
}

export interface StorageFindings {
  /** Items that have something stored. */
  readonly items: number;
  readonly files: number;
  /** What several of them share counts once. */
  readonly sizeBytes: number;
  /** So many more there would be if none shared any. */
  readonly sharedBytes: number;
  /** What nothing names any more, old enough to go. */
  readonly orphans: Tally<StoredPlace>;
  /** How many of the orphans are gone. */
  readonly removed: number;
  /** What no history accounts for. Never removed. */
  readonly unexplained: Tally<StoredPlace>;
  /** Data that is lost; `sizeBytes` is what is not there. */
  readonly missing: Tally<MissingBytes>;
}

export interface StorageReport {
  readonly checkId: string;
  readonly startedAt: Instant;
  /** Null while it runs, and for ever where its process ended first. */
  readonly finishedAt: Instant | null;
  /** Whether orphans were to be removed. */
  readonly remove: boolean;
  /** Why it ended early. */
  readonly error: string | null;
  /** Null while it runs, and when it ended early. */
  readonly findings: StorageFindings | null;
}

/** Keeps the report of the last check, where every process finds it. */
export interface StorageReports {
  latest(): Promise<StorageReport | undefined>;
  save(report: StorageReport): Promise<void>;
}

/** How one check of everything stored is to go. */
export interface StorageCheckRun {
  readonly remove: boolean;
  /** Younger files are left alone. */
  readonly graceSeconds: number;
  /** Between two items, so that a check in the background is in nobody's way. */
  readonly pauseSeconds: number;
  /** Keys that belong to no item and are accounted for. */
  readonly knownKeys: readonly string[];
}
