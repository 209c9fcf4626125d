import { text } from 'node:stream/consumers';
import type { BlobStore } from '../../core/blob-store.js';
import { conflict, MediaFlowError, messageOf } from '../../core/errors.js';
import type { Lock, Locker } from '../../core/locker.js';
import type { Logger } from '../../core/logger.js';
import type {
  StorageCheckRun,
  StorageFindings,
  StorageReport,
  StorageReports,
} from '../../core/storage-report.js';
import { secondsBetween } from '../../core/time.js';
import type { Clock } from '../clock.js';

/** Where the report lies: beside what it is about, so that every process that reads blobs can read it. */
const REPORT_KEY = 'storage-check.json';

export const createStorageReports = (blobs: Pick<BlobStore, 'put' | 'read' | 'stat'>): StorageReports => ({
  async latest() {
    if (!(await blobs.stat(REPORT_KEY))) return undefined;
    const report = JSON.parse(await text(await blobs.read(REPORT_KEY))) as StorageReport;
    // An earlier release shared no bytes, and told nothing of it.
    return { ...report, findings: report.findings && { ...{ sharedBytes: 0 }, ...report.findings } };
  },
  async save(report) {
    await blobs.put(REPORT_KEY, Buffer.from(JSON.stringify(report)));
  },
});

export interface StorageChecks {
  /** Begins a check and gives its id. Throws conflict `storage_check_running`. */
  start(options: { readonly remove: boolean }): Promise<{ readonly checkId: string }>;
  /** One check a day, with removal, until the signal fires. Never rejects. */
  runDaily(): Promise<void>;
  /** Resolves when nothing runs any more; the signal ends what does. */
  done(): Promise<void>;
}

/** After the start of a process, which has more urgent things to do. */
const FIRST_SECONDS = 600;
const DAY_SECONDS = 86_400;
const RETRY_SECONDS = 3600;
const LOCK_KEY = 'storage-check';
const DAILY_PAUSE_SECONDS = 0.02;

export interface StorageChecksOptions {
  /** Looks through all that is stored; throws the signal's reason once it has fired. */
  readonly check: (run: StorageCheckRun, signal: AbortSignal) => Promise<StorageFindings>;
  readonly reports: StorageReports;
  /** Has one process at a time check. */
  readonly locker: Locker;
  readonly newId: () => string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

const alreadyRunning = () => conflict('storage_check_running', 'The storage is being checked already');

/** Checks of the blob store against history, one at a time of all processes that share the locker. */
export function createStorageChecks(options: StorageChecksOptions): StorageChecks {
  const { reports, locker, clock, logger, signal } = options;
  let running: Promise<unknown> | undefined;

  async function acquire(report: StorageReport): Promise<Lock> {
    const lock = await locker.acquire(LOCK_KEY);
    if (!lock) throw alreadyRunning();
    await reports.save(report).catch(async (error: unknown) => {
      await lock.release();
      throw error;
    });
    return lock;
  }

  function begin(remove: boolean, pauseSeconds: number) {
    if (running) throw alreadyRunning();
    const report: StorageReport = {
      ...{ checkId: options.newId(), startedAt: clock.now(), finishedAt: null },
      ...{ remove, error: null, findings: null },
    };
    const begun = acquire(report);
    const done = begun
      .then((lock) => check(report, pauseSeconds, lock.lost).finally(lock.release))
      .finally(() => {
        running = undefined;
      });
    running = done.catch(() => {});
    return { checkId: report.checkId, begun, done };
  }

  async function check(
    report: StorageReport,
    pauseSeconds: number,
    lost: AbortSignal,
  ): Promise<StorageReport> {
    const { remove } = report;
    const run = { remove, pauseSeconds, graceSeconds: DAY_SECONDS, knownKeys: [REPORT_KEY] };
    const outcome = await options.check(run, AbortSignal.any([signal, lost])).then(
      (findings) => ({ findings, error: null }),
      (error: unknown) => ({ findings: null, error: messageOf(error) }),
    );
    const finished: StorageReport = { ...report, ...outcome, finishedAt: clock.now() };
    if (outcome.findings) {
      const { orphans, removed, unexplained, missing } = outcome.findings;
      const counts = { orphans: orphans.count, unexplained: unexplained.count, missing: missing.count };
      logger.info({ ...counts, removed }, 'storage check: done');
    } else logger.warn({ error: outcome.error }, 'storage check: ended early');
    await reports
      .save(finished)
      .catch((error: unknown) =>
        logger.warn({ error: messageOf(error) }, 'storage check: the report could not be kept'),
      );
    return finished;
  }

  async function secondsUntilDue(): Promise<number> {
    const latest = await reports.latest();
    // What was only looked at, was interrupted or failed stands in for no check.
    if (!latest?.remove || latest.finishedAt === null || latest.error !== null) return 0;
    return DAY_SECONDS - secondsBetween(latest.startedAt, clock.now());
  }

  return {
    async start({ remove }) {
      const { checkId, begun } = begin(remove, 0);
      await begun;
      return { checkId };
    },

    async runDaily() {
      await clock.sleep(FIRST_SECONDS, signal);
      while (!signal.aborted) {
        let wait = RETRY_SECONDS;
        try {
          const due = await secondsUntilDue();
          if (due > 0) wait = due;
          else if ((await begin(true, DAILY_PAUSE_SECONDS).done).error === null) wait = DAY_SECONDS;
        } catch (error) {
          if (!(error instanceof MediaFlowError && error.code === 'storage_check_running'))
            logger.warn({ error: messageOf(error) }, 'storage check: could not begin');
        }
        await clock.sleep(wait, signal);
      }
    },

    async done() {
      await running;
    },
  };
}
