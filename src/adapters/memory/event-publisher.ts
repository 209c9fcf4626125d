import { unavailable } from '../../core/errors.js';
import type { EventPublisher, EventRecord } from '../../core/event-publisher.js';

/** Keeps what is published, for tests. */
export function createMemoryEventPublisher(): EventPublisher & {
  readonly published: readonly EventRecord[];
} {
  const published: EventRecord[] = [];
  let latest = 0;
  return {
    published,
    trouble: async () => undefined,
    async open() {
      latest += 1;
      const mine = latest;
      return {
        async publish(records) {
          if (mine !== latest) throw unavailable('kafka_unavailable', 'Another publisher was opened');
          published.push(...records);
        },
        close: async () => {},
      };
    },
  };
}
