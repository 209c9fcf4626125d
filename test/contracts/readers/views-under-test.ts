import type { RecordedEvent } from '../../../src/core/event.js';
import type { Readers } from '../../../src/core/readers/index.js';
import type { Instant } from '../../../src/core/time.js';
import type { MediaFlowEvent } from '../../../src/domain/index.js';
import { recorded } from '../../kit/golden-events.js';

/** An engine that keeps the product's views. */
export interface ViewEngine {
  readonly readers: Readers;
  /** Writes what the projections make of these events, which come after all before them. */
  project(events: readonly RecordedEvent<MediaFlowEvent>[]): Promise<void>;
  /** Back to views of an empty log. */
  empty(): Promise<void>;
  stop(): Promise<void>;
}

/** What a suite of one reader works with. */
export interface ViewsUnderTest {
  readonly readers: Readers;
  /** Events as they happen one after another, all of them `at` this instant or else a millisecond apart. */
  tell(events: readonly MediaFlowEvent[], at?: Instant): Promise<void>;
}

/** Views that start empty. */
export function viewsOn(engine: ViewEngine): ViewsUnderTest {
  let places = 0;
  return {
    readers: engine.readers,
    async tell(events, at) {
      const told = recorded(events, places + 1);
      places += events.length;
      await engine.project(
        at === undefined
          ? told
          : told.map((event) => ({ ...event, metadata: { ...event.metadata, occurredAt: at } })),
      );
    },
  };
}
