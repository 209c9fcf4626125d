import type { StoredEvent } from '../core/event.js';
import type { EventPublisher } from '../core/event-publisher.js';
import { eventRecord } from './event-record.js';

/** Publishes the log to others. What of an event they are told is `tell`'s to say. */
export const createRelay = (options: {
  readonly publisher: EventPublisher;
  readonly installation: string;
  tell(events: readonly StoredEvent[]): Promise<readonly StoredEvent[]>;
}) => ({
  name: 'relay',
  async begin() {
    const { publish, close } = await options.publisher.open();
    return {
      async prepare(events: readonly StoredEvent[]) {
        const told = await options.tell(events);
        const records = told.map((event) => eventRecord(event, options.installation));
        return () => publish(records);
      },
      end: close,
    };
  },
});
