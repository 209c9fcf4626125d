import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type OpenClient, openClient } from '../../../src/adapters/kafka/connection/open-client.js';
import type { KafkaSettings } from '../../../src/adapters/kafka/connection/settings.js';
import { silentLogger } from '../../../src/core/logger.js';
import { startTestBroker, type TestBroker } from '../../support/kafka-broker.js';
import { createTopic } from '../../support/kafka-created-topic.js';

const TOPIC = 'records';
let broker: TestBroker;
beforeAll(async () => {
  broker = await startTestBroker();
  const { client: admin, close } = await openClient({ ...plain(), make: (kafka) => kafka.admin() });
  await createTopic(admin, { topic: TOPIC, numPartitions: 1 });
  await close();
}, 120_000);
afterAll(() => broker?.end());

const opened: OpenClient<never>[] = [];
const kept = <Open extends { close(): Promise<void> }>(open: Open): Open => {
  opened.push(open as unknown as OpenClient<never>);
  return open;
};
afterEach(async () => {
  broker.resume();
  await Promise.all(opened.splice(0).map(({ close }) => close()));
});

const settings = (): KafkaSettings => ({ brokers: [broker.brokers], clientId: 'test' });
const plain = () => ({ settings: settings(), logger: silentLogger });
const openProducer = async (requestMilliseconds = 1_000) =>
  kept(
    await openClient({
      ...{ ...plain(), requestMilliseconds },
      make: (kafka) => kafka.producer({ retry: { initialRetryTime: 50, maxRetryTime: 200, retries: 100 } }),
    }),
  );
const send = ({ client }: Awaited<ReturnType<typeof openProducer>>, value: string) =>
  client.send({ topic: TOPIC, acks: -1, messages: [{ key: 'key', value }] });

test('a request that a broker has no answer for goes through on another connection once the broker is well', async () => {
  const producer = await openProducer();
  await send(producer, 'before');
  await broker.pause();
  const sent = send(producer, 'meanwhile');
  // The line it was sent on is cut: another connection follows it.
  await expect.poll(() => producer.connections(), { interval: 5 }).toBe(0);
  broker.resume();
  expect(await sent).toMatchObject([{ topicName: TOPIC, errorCode: 0 }]);
});

test('a client closes within seconds beside a broker that hangs, and leaves no connection behind', async () => {
  const producer = await openProducer(60_000);
  await send(producer, 'before');
  await broker.pause();
  const sent = send(producer, 'meanwhile').catch((error: unknown) => error);
  await expect.poll(() => producer.connections()).toBeGreaterThan(0);
  const begun = performance.now();
  await producer.close();
  expect(performance.now() - begun).toBeLessThan(6_000);
  await expect.poll(() => producer.connections()).toBe(0);
  broker.resume();
  // What it still retries reaches nobody.
  expect(await Promise.race([sent, send(producer, 'after').catch((error: unknown) => error)])).toBeInstanceOf(
    Error,
  );
  expect(producer.connections()).toBe(0);
});

test('a client whose broker is killed fails within seconds, and another goes on once it is there again', async () => {
  const producer = await openProducer();
  await send(producer, 'before');
  await broker.kill();
  await expect(send(producer, 'meanwhile')).rejects.toThrow('ECONNREFUSED');
  await broker.restart();
  const sent = send(await openProducer(), 'after');
  expect(await sent).toMatchObject([{ topicName: TOPIC, errorCode: 0 }]);
}, 120_000);

test('connections do not pile up beside a broker that takes them and never answers', async () => {
  const sockets = new Set<Socket>();
  let taken = 0;
  const deaf: Server = createServer((socket) => {
    taken += 1;
    sockets.add(
      socket
        .on('close', () => sockets.delete(socket))
        .on('error', () => {})
        .resume(),
    );
  });
  await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
  const { port } = deaf.address() as { port: number };
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, sockets.size);
  }, 5);
  const failed = openClient({
    settings: { brokers: [`127.0.0.1:${port}`], clientId: 'test' },
    logger: silentLogger,
    requestMilliseconds: 200,
    make: (kafka) => kafka.admin({ retry: { initialRetryTime: 10, maxRetryTime: 10, retries: 20 } }),
  });
  await expect(failed).rejects.toMatchObject({ kind: 'unavailable', code: 'kafka_unavailable' });
  clearInterval(watch);
  expect(taken).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(2);
  await expect.poll(() => sockets.size).toBe(0);
  deaf.close();
});

test('a client that has nothing to do sets no timers', async () => {
  const producer = await openProducer();
  await send(producer, 'before');
  const timers = vi.spyOn(globalThis, 'setTimeout');
  await sleep(500);
  const { length } = timers.mock.calls;
  timers.mockRestore();
  // One a millisecond and connection without the mend.
  expect(length).toBeLessThan(20);
});

test('brokers that ask who is there are told, and refuse whoever has the wrong password', async () => {
  const signed = (password: string) =>
    openClient({
      settings: {
        brokers: [broker.saslBrokers],
        clientId: 'test',
        sasl: { mechanism: 'plain', username: 'somebody', password },
      },
      logger: silentLogger,
      make: (kafka) => kafka.admin({ retry: { retries: 0 } }),
    });
  expect(await kept(await signed('a-password')).client.listTopics()).toContain(TOPIC);
  await expect(signed('another')).rejects.toMatchObject({ kind: 'unavailable', code: 'kafka_unavailable' });
});

test('brokers are spoken to over TLS, and refused when nobody we know has signed for them', async () => {
  const overTls = (tls: { ca?: string }) =>
    openClient({
      settings: { brokers: [broker.tlsBrokers], clientId: 'test', tls },
      logger: silentLogger,
      make: (kafka) => kafka.admin({ retry: { retries: 0 } }),
    });
  expect(await kept(await overTls({ ca: broker.certificate })).client.listTopics()).toContain(TOPIC);
  await expect(overTls({})).rejects.toMatchObject({ kind: 'unavailable', code: 'kafka_unavailable' });
});
