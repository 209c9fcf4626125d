import type { BlobStore } from '../core/blob-store.js';
import type { CheckpointStore } from '../core/checkpoint-store.js';
import { messageOf } from '../core/errors.js';
import type { RecordedEvent, StoredEvent } from '../core/event.js';
import type { EventStore } from '../core/event-store.js';
import type { Logger } from '../core/logger.js';
import type { PositionWaiter } from '../core/projection-store.js';
import { type MediaLibraryReader, mediaLibraryViews } from '../core/readers/media-library.js';
import type { MediaEvent } from '../domain/media/media-events.js';
import type { Clock } from '../runtime/clock.js';

export interface ShareOriginalsOptions {
  readonly log: Pick<EventStore, 'readAll'>;
  readonly decode: (stored: StoredEvent) => RecordedEvent;
  readonly checkpoints: CheckpointStore;
  readonly library: Pick<MediaLibraryReader, 'originalsBefore'>;
  readonly waiter: PositionWaiter;
  readonly shareBytes: NonNullable<BlobStore['shareBytes']>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

const CHECKPOINT = 'shared-originals';
const LOOK_SECONDS = 5;
const RETRY_SECONDS = 60;
/** Nobody waits for it: a view that is busy may take its time. */
const WAIT_MILLISECONDS = 20_000;
/** Few, since of large ones what is not noted down yet is compared again after a restart. */
const PAGE_EVENTS = 20;
/** The latest one lies where the others do, unless it was deleted just now or its place takes no further key. */
const CANDIDATES = 3;

/**
 * Has each original lie where one with the same bytes lies that came before it, soon after it came, until the signal fires. Never
 * rejects. Begins where it stopped, with the first upload there ever was. Nothing depends on it: an original that it does not
 * get to keeps bytes of its own. One process of those that share a place does so.
 */
export async function shareOriginals(options: ShareOriginalsOptions): Promise<void> {
  const { clock, logger, signal } = options;
  let failures = 0;
  while (!signal.aborted) {
    let seconds = LOOK_SECONDS;
    try {
      while (await shareSome(options)) signal.throwIfAborted();
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      seconds = RETRY_SECONDS;
      // Once: it goes on trying by itself.
      if (failures === 1) logger.warn({ error: messageOf(error) }, 'originals could not be stored once');
    }
    await clock.sleep(seconds, signal);
  }
}

/** Whether there may be more. */
async function shareSome(options: ShareOriginalsOptions): Promise<boolean> {
  const { log, decode, checkpoints, waiter, signal } = options;
  const checkpoint = await checkpoints.load(CHECKPOINT);
  const filter = { types: ['MediaUploaded'] };
  const { events, position } = await log.readAll({
    after: checkpoint.position,
    filter,
    limit: PAGE_EVENTS,
  });
  const last = events.at(-1);
  if (last)
    await waiter.waitFor(mediaLibraryViews.originalsBefore, last.position, {
      timeoutMilliseconds: WAIT_MILLISECONDS,
      signal,
    });
  for (const event of events) await shareOne(decode(event) as Uploaded, options);
  if (position !== checkpoint.position) await checkpoints.save({ ...checkpoint, position });
  return events.length === PAGE_EVENTS;
}

type Uploaded = RecordedEvent<Extract<MediaEvent, { type: 'MediaUploaded' }>>;

async function shareOne({ data, position }: Uploaded, options: ShareOriginalsOptions): Promise<void> {
  const { library, shareBytes, logger, signal } = options;
  const { mediaId, blobKey, sha256, sizeBytes } = data;
  for (const earlier of await library.originalsBefore({ sha256, position }, CANDIDATES)) {
    try {
      if (!(await shareBytes(earlier, blobKey, signal))) continue;
      logger.info({ mediaId, sizeBytes, sharedWith: earlier }, 'an original is stored once with another');
      return;
    } catch (error) {
      signal.throwIfAborted();
      // A file that cannot be read is the business of whoever wants to, and holds up no other.
      logger.warn({ mediaId, earlier, error: messageOf(error) }, 'an original could not be stored once');
    }
  }
}
