import type { RecordedEvent } from '../../core/event.js';
import type { EventStore } from '../../core/event-store.js';
import { mediaStream } from '../../domain/media/media.js';
import type { MediaEvent } from '../../domain/media/media-events.js';
import { TAXONOMY_STREAM, type TaxonomyEvent, taxonomyAfter } from '../../domain/taxonomy/taxonomy.js';
import type { Taxonomy } from '../../domain/taxonomy/taxonomy-document.js';
import { codec } from './write-side.js';

/** What the worker of metadata reads of history, decrypted. */
export function createMetadataReading({ store }: { readonly store: Pick<EventStore, 'readStream'> }) {
  const read = async <Event extends MediaEvent | TaxonomyEvent>(stream: string) =>
    (await store.readStream(stream)).map((event) => codec.decode(event) as RecordedEvent<Event>);
  return {
    historyOf: (mediaId: string): Promise<readonly RecordedEvent<MediaEvent>[]> =>
      read<MediaEvent>(mediaStream(mediaId)),
    taxonomyInForce: async (): Promise<Taxonomy> => taxonomyAfter(await read<TaxonomyEvent>(TAXONOMY_STREAM)),
  };
}
