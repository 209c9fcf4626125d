import type { RecordedEvent } from '../../core/event.js';
import type { MediaKind } from '../../core/media-kind.js';
import { secondsBetween } from '../../core/time.js';
import type { MediaEvent } from './media-events.js';

/** A person was waited for, or somebody who mended what was wrong. */
const WAITED = new Set<MediaEvent['type']>(['MediaReviewed', 'ProcessingRetried']);

/** What a history says of how its item was taken in, for figures: of what kind, how large, how long until it was published. */
export function mediaFactsIn(history: readonly RecordedEvent<MediaEvent>[]): {
  readonly kind: MediaKind | null;
  readonly sizeBytes: number | null;
  readonly publications: number;
  readonly processingSeconds: number | null;
} {
  const probed = history.findLast((event) => event.type === 'MediaProbed');
  const uploaded = history.findLast((event) => event.type === 'MediaUploaded');
  const published = history.findLast((event) => event.type === 'MediaPublished');
  const isStraight = !history.some(({ type }) => WAITED.has(type));
  return {
    kind: probed?.data.kind ?? null,
    sizeBytes: uploaded?.data.sizeBytes ?? null,
    publications: history.filter(({ type }) => type === 'MediaPublished').length,
    processingSeconds:
      uploaded && published && isStraight
        ? secondsBetween(uploaded.metadata.occurredAt, published.metadata.occurredAt)
        : null,
  };
}
