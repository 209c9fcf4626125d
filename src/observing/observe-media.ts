import type { GroupCommit } from '../core/event-store.js';
import type { MediaKind } from '../core/media-kind.js';
import type { Measures } from './observing.js';

/** What the history of an item says of how it was taken in. */
export interface MediaFacts {
  /** Null of what nobody could tell. */
  readonly kind: MediaKind | null;
  readonly sizeBytes: number | null;
  /** How often it has been published: once more each time it was taken down and approved again. */
  readonly publications: number;
  /** From its upload to its publication, where nothing but machines was waited for. */
  readonly processingSeconds: number | null;
}

const OUTCOMES = {
  MediaProbed: 'taken',
  MediaPublished: 'published',
  MediaRejected: 'rejected',
  ProcessingFailed: 'failed',
} as const;

const isTold = (type: string): type is keyof typeof OUTCOMES => Object.hasOwn(OUTCOMES, type);

/**
 * Counts, by kind of media, what becomes of items. To be told what was committed; it looks the item up beside whatever goes on, as
 * few events say of what kind their item is.
 */
export const observeMedia =
  (metrics: Measures, factsOf: (stream: string) => Promise<MediaFacts>) =>
  ({ appends }: GroupCommit): void => {
    for (const { stream, events, isWritten } of appends) {
      const told = isWritten ? events.map(({ type }) => type).filter(isTold) : [];
      if (told.length === 0) continue;
      // A figure is nobody's trouble: without its item it is left out.
      factsOf(stream).then(
        (facts) => {
          for (const type of told) tell(metrics, type, facts);
        },
        () => {},
      );
    }
  };

function tell(metrics: Measures, type: keyof typeof OUTCOMES, facts: MediaFacts): void {
  const labels = { media_kind: facts.kind ?? 'unknown' };
  metrics.add('media_items_total', { ...labels, outcome: outcomeOf(type, facts) });
  if (type === 'MediaProbed') metrics.add('media_taken_bytes_total', labels, facts.sizeBytes ?? 0);
  if (type === 'MediaPublished' && facts.publications === 1 && facts.processingSeconds !== null)
    metrics.observe('media_processing_duration_seconds', labels, facts.processingSeconds);
}

/** An item counts once as published, and as rejected only where the public has never seen it. */
function outcomeOf(type: keyof typeof OUTCOMES, { publications }: MediaFacts): string {
  if (type === 'MediaPublished' && publications > 1) return 'published_again';
  if (type === 'MediaRejected' && publications > 0) return 'taken_down';
  return OUTCOMES[type];
}
