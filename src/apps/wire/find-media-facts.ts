import type { RecordedEvent } from '../../core/event.js';
import type { EventStore } from '../../core/event-store.js';
import { eventDefinitions, type MediaFlowEvent } from '../../domain/index.js';
import type { MediaEvent } from '../../domain/media/media-events.js';
import { mediaFactsIn } from '../../domain/media/media-facts.js';
import type { MediaFacts } from '../../observing/observe-media.js';
import { createEventCodec } from '../../runtime/command/event-codec.js';
import { limitConcurrency } from '../../runtime/limit-concurrency.js';

const { decode } = createEventCodec<MediaFlowEvent>(eventDefinitions);

/** Whoever takes in thousands of items has other use for the database than figures. */
const READS_AT_ONCE = 2;

/** What the log says of how an item was taken in. */
export function findMediaFacts(log: () => Pick<EventStore, 'readStream'>) {
  const inTurn = limitConcurrency(READS_AT_ONCE);
  return async (stream: string): Promise<MediaFacts> => {
    const history = await inTurn(() => log().readStream(stream));
    return mediaFactsIn(history.map((event) => decode(event) as RecordedEvent<MediaEvent>));
  };
}
