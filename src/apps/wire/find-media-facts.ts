import type { RecordedEvent } from '../../core/event.js';
import type { EventStore } from '../../core/event-store.js';
import { eventDefinitions, type MediaFlowEvent } from '../../domain/index.js';
import type { MediaEvent } from '../../domain/media/media-events.js';
import { mediaFactsIn } from '../../domain/media/media-facts.js';
import type { MediaFacts } from '../../observing/observe-media.js';
import { createEventCodec } from '../../runtime/command/event-codec.js';

const { decode } = createEventCodec<MediaFlowEvent>(eventDefinitions);

/** What the log says of how an item was taken in. */
export const findMediaFacts =
  (log: () => Pick<EventStore, 'readStream'>) =>
  async (stream: string): Promise<MediaFacts> => {
    const history = await log().readStream(stream);
    return mediaFactsIn(history.map((event) => decode(event) as RecordedEvent<MediaEvent>));
  };
