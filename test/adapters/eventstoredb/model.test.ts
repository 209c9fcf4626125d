import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEventStoreDbEventStore } from '../../../src/adapters/eventstoredb/event-store.js';
import { checkHistory } from '../../support/event-store-model/check-history.js';
import { playScenario, type Stage } from '../../support/event-store-model/play-scenario.js';
import { scenarioWith } from '../../support/event-store-model/scenario.js';
import { dropped, timedOut } from '../../support/eventstoredb/refusals.js';
import { type EventStoreDbServer, startEventStoreDb } from '../../support/eventstoredb/start-server.js';
import type { TransactionLog } from '../../support/eventstoredb/transaction-log.js';

const NODES = 3;
const node = fc.nat({ max: NODES - 1 });

type Disturbance =
  | { readonly kind: 'elect' | 'restart' | 'lose-answers' | 'refuse-reads'; readonly node: number }
  | { readonly kind: 'break-subscription'; readonly node: number; readonly afterMessages: number }
  | { readonly kind: 'no-leader' | 'other-events' };

const disturbance: fc.Arbitrary<Disturbance> = fc.oneof(
  fc.record({ kind: fc.constantFrom('elect', 'restart', 'lose-answers', 'refuse-reads'), node }),
  fc.record({ kind: fc.constant('break-subscription'), node, afterMessages: fc.nat({ max: 20 }) }),
  fc.record({ kind: fc.constantFrom('no-leader', 'other-events') }),
);

/** A few more events, or a moment: writers may all be done. */
const growth = (log: TransactionLog): Promise<void> =>
  new Promise((resolve) => {
    let events = 0;
    const end = () => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const stop = log.onGrowth(() => {
      if (++events === 4) end();
    });
    const timer = setTimeout(end, 60);
  });

async function disturb(server: EventStoreDbServer, what: Disturbance): Promise<readonly string[]> {
  await growth(server.log);
  switch (what.kind) {
    case 'elect':
      server.elect(what.node);
      break;
    case 'no-leader':
      server.elect(undefined);
      await growth(server.log);
      server.elect(0);
      break;
    case 'restart':
      await server.stopNode(what.node);
      await server.startNode(what.node);
      break;
    case 'lose-answers':
      server.nodes[what.node]?.faults.loseAnswer(timedOut(), 2);
      break;
    case 'refuse-reads':
      server.nodes[what.node]?.faults.refuseNext('read', dropped(), 2);
      break;
    case 'break-subscription':
      server.nodes[what.node]?.faults.breakNext('subscribe', dropped(), what.afterMessages);
      break;
    case 'other-events':
      server.log.writeSystemEvent();
      server.log.write('orders-1', [
        {
          eventId: randomUUID(),
          type: 'Rare',
          isJson: true,
          data: Buffer.from('{}'),
          metadata: Buffer.alloc(0),
        },
      ]);
  }
  return [];
}

const open = (connectionString: string) => () => {
  const store = createEventStoreDbEventStore({ connectionString, pollIntervalMilliseconds: 50 });
  return { store, close: () => store.close() };
};

test('whatever writers do and whatever happens to a cluster, readers see every acknowledged event once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(scenarioWith(fc.array(disturbance, { maxLength: 8 })), async (script) => {
      const server = await startEventStoreDb({ nodes: NODES, remembersEvents: 2, systemEventEvery: 3 });
      const stage: Stage<Disturbance> = {
        openProcess: open(server.url),
        disturb: (what) => disturb(server, what),
        openWitness: async () => open(server.url)(),
      };
      const history = await playScenario(stage, script);
      await server.stop();
      checkHistory(history);
      expect(history.log.length).toBeGreaterThanOrEqual(history.acknowledged.length);
    }),
    { numRuns: 20, interruptAfterTimeLimit: 60_000, endOnFailure: true },
  );
}, 120_000);
