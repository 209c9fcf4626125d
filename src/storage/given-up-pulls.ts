import type { BlobStore, GrowingStat } from '../core/blob-store.js';
import type { RecordedEvent } from '../core/event.js';
import { type Instant, secondsBetween } from '../core/time.js';
import { ownerOfPullKey } from '../domain/media/blob-places.js';
import type { MediaEvent } from '../domain/media/media-events.js';
import { pullIn } from '../domain/media/pull.js';

export interface GatheredBytes extends GrowingStat {
  /** False of an item without a history, as where the database is another's. */
  readonly isExplained: boolean;
}

/**
 * Bytes that pulls gathered and nobody goes on with: of a worker that was lost at the wrong moment, or had been overtaken. `historyOf` is
 * asked after they were listed, and an answer is told before its first byte is kept: what no history names then, none will.
 */
export async function* givenUpPulls(options: {
  readonly blobs: Pick<BlobStore, 'listGrowing'>;
  readonly historyOf: (mediaId: string) => Promise<readonly RecordedEvent<MediaEvent>[]>;
  readonly now: Instant;
  readonly graceSeconds: number;
}): AsyncGenerator<GatheredBytes> {
  const { blobs, historyOf, now, graceSeconds } = options;
  for await (const gathered of blobs.listGrowing()) {
    const mediaId = ownerOfPullKey(gathered.key);
    if (mediaId === undefined || secondsBetween(gathered.modifiedAt, now) <= graceSeconds) continue;
    const history = await historyOf(mediaId);
    const pull = pullIn(history);
    if (pull?.isExpected && pull.answer?.growingKey === gathered.key) continue;
    yield { ...gathered, isExplained: history.length > 0 };
  }
}
