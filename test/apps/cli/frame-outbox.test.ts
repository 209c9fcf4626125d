import { expect, test } from 'vitest';
import { createFrameOutbox, type OutgoingFrame } from '../../../src/apps/cli/frames/frame-outbox.js';

const frame = (sequence: number, bytes = 1000): OutgoingFrame => ({
  ...{ sequence, occurredAt: '2026-11-21T09:30:00.000Z', atSeconds: null, opens: false },
  jpeg: Buffer.alloc(bytes),
});

/** A server that takes a request only when it is let. */
function world(answer: () => Promise<{ pushedOut: number }> = async () => ({ pushedOut: 0 })) {
  const requests: { sequences: number[]; droppedBefore: number }[] = [];
  const troubles: unknown[] = [];
  let open = Promise.withResolvers<void>();
  const outbox = createFrameOutbox({
    async send(frames, droppedBefore) {
      requests.push({ sequences: frames.map(({ sequence }) => sequence), droppedBefore });
      await open.promise;
      return answer();
    },
    onCounts: () => {},
    onTrouble: (error) => troubles.push(error),
    mostWaiting: 4,
  });
  return {
    ...{ outbox, requests, troubles },
    async takeAll() {
      open.resolve();
      await outbox.drained();
      open = Promise.withResolvers();
    },
  };
}

test('while a server is slow the newest frames wait, and the next request says how many were dropped', async () => {
  const { outbox, requests, takeAll } = world();
  for (let sequence = 1; sequence <= 10; sequence++) outbox.put(frame(sequence));
  await takeAll();
  expect(requests).toEqual([
    { sequences: [1], droppedBefore: 0 },
    { sequences: [7, 8, 9, 10], droppedBefore: 5 },
  ]);
  expect(outbox.counts()).toEqual({ sent: 5, dropped: 5, pushedOut: 0 });
});

test('what the server pushed out is counted', async () => {
  const { outbox, takeAll } = world(async () => ({ pushedOut: 2 }));
  outbox.put(frame(1));
  await takeAll();
  expect(outbox.counts()).toEqual({ sent: 1, dropped: 0, pushedOut: 2 });
});

test('a request holds no more bytes than a server takes, and a large frame goes alone', async () => {
  const { outbox, requests, takeAll } = world();
  outbox.put(frame(1));
  for (const sequence of [2, 3, 4]) outbox.put(frame(sequence, 300_000));
  await takeAll();
  expect(requests.map(({ sequences }) => sequences)).toEqual([[1], [2], [3], [4]]);
});

test('at the end all that waits is let go of, and the server can be told of it', async () => {
  const { outbox, takeAll } = world(async () => {
    throw new Error('away');
  });
  for (let sequence = 1; sequence <= 3; sequence++) outbox.put(frame(sequence));
  const untold = outbox.close();
  await takeAll();
  expect(await untold).toBe(3);
  expect(outbox.counts()).toEqual({ sent: 0, dropped: 3, pushedOut: 0 });
});

test('frames that did not arrive are not sent again: they are counted, and the next ones go', async () => {
  let isAway = true;
  const { outbox, requests, troubles, takeAll } = world(async () => {
    if (isAway) throw new Error('away');
    return { pushedOut: 0 };
  });
  outbox.put(frame(1));
  const taken = takeAll();
  await taken;
  isAway = false;
  outbox.put(frame(2));
  await takeAll();
  expect(troubles).toHaveLength(1);
  expect(requests).toEqual([
    { sequences: [1], droppedBefore: 0 },
    { sequences: [2], droppedBefore: 1 },
  ]);
  expect(outbox.counts()).toEqual({ sent: 1, dropped: 1, pushedOut: 0 });
});
