import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createHeadWatch } from '../../../../src/adapters/postgres/event-store/head-watch.js';
import { subscribe } from '../../../../src/adapters/postgres/event-store/subscribe.js';
import type { StoredEvent } from '../../../../src/core/event.js';
import { silentLogger } from '../../../../src/core/logger.js';
import { placeOf, positionAt } from '../../../../src/core/numbered-position.js';
import { START } from '../../../../src/core/position.js';

/** A log that hands out what it has grown by, and counts how often it was asked. */
function growingLog() {
  let head = 0;
  let reads = 0;
  const watch = createHeadWatch({
    listener: { listen: () => {}, suspect: () => {}, close: async () => {} },
    pollIntervalMilliseconds: 60_000,
    logger: silentLogger,
    readHead: async () => positionAt(head),
  });
  const ended = new AbortController();
  return {
    reads: () => reads,
    grow() {
      head++;
      watch.saw(positionAt(head));
    },
    end() {
      ended.abort();
      watch.close();
    },
    pages: subscribe(
      {
        watch,
        readIntervalMilliseconds: 10,
        async readPage({ after }) {
          reads++;
          const events = Array.from({ length: head - placeOf(after) }, () => ({}) as StoredEvent);
          return { events, position: positionAt(head) };
        },
      },
      { after: START, signal: ended.signal },
    ),
  };
}

test('where events come one upon the other, a subscription takes many with each page', async () => {
  const { reads, grow, end, pages } = growingLog();
  const wanted = 300;
  const growing = (async () => {
    for (let event = 0; event < wanted; event++) {
      grow();
      await delay(2);
    }
  })();
  let taken = 0;
  for await (const { events } of pages) {
    taken += events.length;
    if (taken === wanted) break;
  }
  await growing;
  end();
  // One each 10 ms would be 60 or more.
  expect(reads()).toBeLessThan(30);
});
