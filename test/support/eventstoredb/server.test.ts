import { randomUUID } from 'node:crypto';
import {
  type AllStreamSubscription,
  ANY,
  BACKWARDS,
  EventStoreDBClient,
  eventTypeFilter,
  jsonEvent,
  NO_STREAM,
} from '@eventstore/db-client';
import { afterEach, describe, expect, test } from 'vitest';
import { timedOut } from './refusals.js';
import { type EventStoreDbServer, type ServerOptions, startEventStoreDb } from './start-server.js';

/** What the server promises is told by the client that the product uses, as it comes. */
describe('a server of the protocol of EventStoreDB', () => {
  let server: EventStoreDbServer | undefined;
  let client: EventStoreDBClient | undefined;

  async function start(options: ServerOptions = {}) {
    server = await startEventStoreDb(options);
    client = EventStoreDBClient.connectionString(server.url);
    return { server, client };
  }
  afterEach(async () => {
    await client?.dispose();
    await server?.stop();
  });

  const event = (type = 'Happened', id = randomUUID()) => jsonEvent({ id, type, data: { id } });
  const typesOf = async (read: AsyncIterable<{ event?: { type: string } | undefined }>) => {
    const types: string[] = [];
    for await (const each of read) types.push(each.event?.type ?? '');
    return types;
  };

  test.for([
    ['all on one stream of messages', true],
    ['one a call', false],
  ] as const)('appends, %s, tell where they are, and conflicts where the stream is', async ([, batch]) => {
    const { client } = await start({ knowsBatchAppend: batch });
    const events = [event(), event()];
    const appended = await client.appendToStream('s', events, { expectedRevision: NO_STREAM });
    const read = [];
    for await (const { event } of client.readStream('s')) read.push(event);
    expect(read.map((each) => each?.id)).toEqual(events.map(({ id }) => id));
    expect(appended).toMatchObject({ success: true, nextExpectedRevision: 1n });
    expect(appended.position).toEqual((read[1] as { position?: unknown }).position);
    const conflict = client.appendToStream('s', [event()], { expectedRevision: 0n });
    await expect(conflict).rejects.toMatchObject({ type: 'wrong-expected-version', actualVersion: 1n });
  });

  test('what it remembers of ids is bounded: it knows repeats at a revision for ever, and others for a while', async () => {
    const { server, client } = await start({ remembersEvents: 2 });
    const first = event();
    const one = await client.appendToStream('s', first, { expectedRevision: NO_STREAM });
    expect(await client.appendToStream('s', first, { expectedRevision: ANY })).toEqual(one);
    await client.appendToStream('t', [event(), event()]);
    const again = await client.appendToStream('s', first, { expectedRevision: NO_STREAM });
    expect(again).toMatchObject({ nextExpectedRevision: 0n, position: undefined });
    await client.appendToStream('s', first, { expectedRevision: ANY });
    expect(server.log.stream('s')).toHaveLength(2);
  });

  test('the log holds events of the engine between others, and gaps, in both directions', async () => {
    const { server, client } = await start({ systemEventEvery: 2 });
    for (const type of ['A', 'B', 'C', 'D']) await client.appendToStream(`s-${type}`, event(type));
    expect(await typesOf(client.readAll())).toEqual([
      'A',
      'B',
      '$statsCollected',
      'C',
      'D',
      '$statsCollected',
    ]);
    server.log.scavenge(({ type }) => type === 'B' || type === 'C');
    expect(await typesOf(client.readAll({ direction: BACKWARDS, fromPosition: 'end', maxCount: 2 }))).toEqual(
      ['$statsCollected', 'D'],
    );
    const [position] = server.log.records;
    if (!position) throw new Error('The log is empty');
    // Reads begin with what is at the position.
    expect(await typesOf(client.readAll({ fromPosition: position, maxCount: 2 }))).toEqual([
      'A',
      '$statsCollected',
    ]);
  });

  test('a subscription begins after its position, is told of checkpoints and goes on with what comes', async () => {
    const { server, client } = await start();
    await client.appendToStream(
      's',
      Array.from({ length: 100 }, (_, n) => event(n % 50 === 0 ? 'Rare' : 'Common')),
    );
    const [first] = server.log.records;
    if (!first) throw new Error('The log is empty');
    const seen: string[] = [];
    const checkpointReached = async (_: AllStreamSubscription, { commit }: { commit: bigint }) => {
      seen.push(`checkpoint ${server.log.records.findIndex((record) => record.commit === commit)}`);
    };
    const filter = eventTypeFilter({ regex: '^Rare$', maxSearchWindow: 40, checkpointReached });
    const subscription = client.subscribeToAll({ fromPosition: first, filter });
    const live = new Promise<void>((resolve) => {
      subscription.on('caughtUp', () => seen.push('caught up'));
      subscription.on('data', ({ event }) => {
        seen.push(`event ${event?.revision}`);
        if (event?.streamId === 't') resolve();
      });
    });
    await expect.poll(() => seen).toContain('caught up');
    await client.appendToStream('t', event('Rare'));
    await live;
    // The checkpoint before it goes live is where its last page began, at the 81st event.
    expect(seen).toEqual([
      ...['checkpoint 1', 'event 50', 'checkpoint 50', 'checkpoint 81', 'caught up', 'event 0'],
    ]);
  });

  test('an append may be carried out and its answer lost, or be beyond the limit', async () => {
    const { server, client } = await start({ maximumAppendBytes: 1_000 });
    server.nodes[0]?.faults.loseAnswer(timedOut());
    await expect(client.appendToStream('s', event())).rejects.toThrow();
    expect(server.log.stream('s')).toHaveLength(1);
    const large = jsonEvent({ type: 'Large', data: { text: 'x'.repeat(1_000) } });
    await expect(client.appendToStream('s', large)).rejects.toMatchObject({
      ...{ type: 'maximum-append-size-exceeded', maxAppendSize: 1_000 },
    });
  });

  test('of several nodes the leader is found by gossip, and a node that does not lead says who does', async () => {
    const { server, client } = await start({ nodes: 3 });
    await client.appendToStream('s', event(), { requiresLeader: true });
    server.elect(2);
    const refused = client.appendToStream('s', event(), { requiresLeader: true });
    await expect(refused).rejects.toMatchObject({
      ...{ type: 'not-leader', leader: { port: server.nodes[2]?.port } },
    });
    await client.appendToStream('s', event(), { requiresLeader: true });
    expect(server.log.stream('s')).toHaveLength(2);
  });
});
