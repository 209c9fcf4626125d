import type { BlobStat, BlobStore } from '../core/blob-store.js';
import { MediaFlowError, messageOf } from '../core/errors.js';
import type { RecordedEvent, StoredEvent } from '../core/event.js';
import type { EventStore } from '../core/event-store.js';
import type { Logger } from '../core/logger.js';
import { type Position, START } from '../core/position.js';
import type {
  MissingBytes,
  StorageCheckRun,
  StorageFindings,
  StoredPlace,
  Tally,
} from '../core/storage-report.js';
import { itemPlace, ownerOfKey } from '../domain/media/blob-places.js';
import { mediaStream } from '../domain/media/media.js';
import type { MediaEvent } from '../domain/media/media-events.js';
import { judgeStorage, type StorageVerdict } from '../domain/media/media-storage.js';
import { isModelKey } from '../domain/model/model-places.js';
import type { Clock } from '../runtime/clock.js';
import { firstOfShared } from './first-of-shared.js';
import { givenUpPulls } from './given-up-pulls.js';

export interface CheckStorageOptions extends StorageCheckRun {
  readonly store: Pick<EventStore, 'readStream' | 'readAll'>;
  readonly blobs: Pick<BlobStore, 'list' | 'remove' | 'listGrowing' | 'discard'>;
  readonly decode: (stored: StoredEvent) => RecordedEvent;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Told of a deleted item once its bytes are gone: a purge that was given up would be open for ever. */
  readonly purged: (mediaId: string) => Promise<unknown>;
}

const LISTED = 100;
const PAGE_EVENTS = 500;

/**
 * Compares the blob store with history, item by item, and removes what nothing names any more, if it is to. Throws
 * what the stores throw, and the signal's reason once it has fired.
 */
export async function checkStorage(options: CheckStorageOptions): Promise<StorageFindings> {
  const { store, blobs, clock, logger, signal } = options;
  const found = { items: 0, files: 0, sizeBytes: 0, sharedBytes: 0, removed: 0 };
  const isFirstOf = firstOfShared();
  const [orphans, unexplained] = [tally<StoredPlace>(), tally<StoredPlace>()];
  const missing = tally<MissingBytes>();

  async function historyOf(mediaId: string): Promise<readonly RecordedEvent<MediaEvent>[]> {
    const history = await store.readStream(mediaStream(mediaId));
    return history.map((event) => options.decode(event) as RecordedEvent<MediaEvent>);
  }

  async function judge(mediaId: string, stored: readonly BlobStat[]): Promise<StorageVerdict> {
    try {
      const events = await historyOf(mediaId);
      return judgeStorage({ mediaId, events, stored, now: clock.now(), graceSeconds: options.graceSeconds });
    } catch (error) {
      // Written by a newer release: what it names cannot be told.
      if (!(error instanceof MediaFlowError && error.code === 'unreadable_event')) throw error;
      return { orphans: [], unexplained: unread(itemPlace(mediaId), stored), missing: [] };
    }
  }

  async function treat(mediaId: string, stored: readonly BlobStat[]): Promise<void> {
    signal.throwIfAborted();
    const verdict = await judge(mediaId, stored);
    for (const place of verdict.orphans) {
      orphans.add(place, place.sizeBytes);
      if (options.remove) await removeOrphan(mediaId, place);
    }
    for (const place of verdict.unexplained) unexplained.add(place, place.sizeBytes);
    if (verdict.missing.length > 0) await confirmMissing(mediaId, verdict.missing);
    if (options.pauseSeconds > 0) await clock.sleep(options.pauseSeconds, signal);
  }

  async function removeOrphan(mediaId: string, place: StoredPlace): Promise<void> {
    try {
      await blobs.remove(place.prefix);
      found.removed++;
      logger.info(place, 'storage check: removed what nothing names any more');
      if (place.reason === 'item_deleted') await options.purged(mediaId);
    } catch (error) {
      const fields = { ...place, error: messageOf(error) };
      logger.error(fields, 'storage check: an orphan could not be removed, or its purge not recorded');
    }
  }

  /** What came after the files were listed, or was deleted meanwhile, is not missing when looked for once more. */
  async function confirmMissing(mediaId: string, first: readonly MissingBytes[]): Promise<void> {
    const verdict = await judge(mediaId, await collect(blobs.list(itemPlace(mediaId))));
    for (const bytes of verdict.missing) {
      if (!first.some(({ key }) => key === bytes.key)) continue;
      missing.add(bytes, bytes.expectedBytes - bytes.storedBytes);
      logger.error({ mediaId, ...bytes }, 'storage check: bytes that history names are missing');
    }
  }

  async function checkWhatIsStored(): Promise<void> {
    for await (const { mediaId, stored } of byItem(blobs.list(''))) {
      found.files += stored.length;
      const sizeBytes = totalBytes(stored.filter(isFirstOf));
      found.sizeBytes += sizeBytes;
      found.sharedBytes += totalBytes(stored) - sizeBytes;
      if (mediaId !== undefined) {
        found.items++;
        await treat(mediaId, stored);
      } else
        for (const { key, sizeBytes } of stored)
          if (!options.knownKeys.includes(key) && !isModelKey(key))
            unexplained.add({ prefix: key, sizeBytes, reason: 'unknown_place' }, sizeBytes);
    }
  }

  /** An item that has lost everything is not met in the blob store. */
  async function checkWhatIsGone(): Promise<void> {
    for await (const event of uploadsIn(store, signal)) {
      const mediaId = event.stream.slice(mediaStream('').length);
      if (!(await isAnythingIn(blobs.list(itemPlace(mediaId))))) await treat(mediaId, []);
    }
  }

  async function checkWhatGathers(): Promise<void> {
    const looking = { blobs, historyOf, now: clock.now(), graceSeconds: options.graceSeconds };
    for await (const { key, sizeBytes, isExplained } of givenUpPulls(looking)) {
      signal.throwIfAborted();
      const place = { prefix: key, sizeBytes, reason: isExplained ? 'pull_given_up' : 'unknown_item' };
      (isExplained ? orphans : unexplained).add(place, sizeBytes);
      if (!isExplained || !options.remove) continue;
      await blobs.discard(key);
      found.removed++;
      logger.info(place, 'storage check: removed what nothing names any more');
    }
  }

  await checkWhatIsStored();
  await checkWhatIsGone();
  await checkWhatGathers();
  return { ...found, orphans: orphans.read(), unexplained: unexplained.read(), missing: missing.read() };
}

function tally<Found>() {
  const listed: Found[] = [];
  let count = 0;
  let total = 0;
  return {
    add(found: Found, sizeBytes: number): void {
      count++;
      total += sizeBytes;
      if (listed.length < LISTED) listed.push(found);
    },
    read: (): Tally<Found> => ({ count, sizeBytes: total, listed }),
  };
}

const totalBytes = (stored: readonly BlobStat[]): number =>
  stored.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

const unread = (prefix: string, stored: readonly BlobStat[]): StoredPlace[] =>
  stored.length > 0 ? [{ prefix, sizeBytes: totalBytes(stored), reason: 'unreadable_history' }] : [];

interface StoredItem {
  /** Undefined for what lies outside of the items. */
  readonly mediaId: string | undefined;
  readonly stored: readonly BlobStat[];
}

/** Only one item's files are held at a time. */
async function* byItem(blobs: AsyncIterable<BlobStat>): AsyncGenerator<StoredItem> {
  let mediaId: string | undefined;
  let stored: BlobStat[] = [];
  for await (const blob of blobs) {
    const owner = ownerOfKey(blob.key);
    if (owner !== mediaId && stored.length > 0) {
      yield { mediaId, stored };
      stored = [];
    }
    mediaId = owner;
    stored.push(blob);
  }
  if (stored.length > 0) yield { mediaId, stored };
}

async function* uploadsIn(
  store: Pick<EventStore, 'readAll'>,
  signal: AbortSignal,
): AsyncGenerator<StoredEvent> {
  let after: Position = START;
  for (;;) {
    signal.throwIfAborted();
    const page = await store.readAll({ after, filter: { types: ['MediaUploaded'] }, limit: PAGE_EVENTS });
    yield* page.events;
    if (page.events.length < PAGE_EVENTS) return;
    after = page.position;
  }
}

async function collect<Each>(all: AsyncIterable<Each>): Promise<Each[]> {
  const collected: Each[] = [];
  for await (const each of all) collected.push(each);
  return collected;
}

async function isAnythingIn(all: AsyncIterable<unknown>): Promise<boolean> {
  for await (const _ of all) return true;
  return false;
}
