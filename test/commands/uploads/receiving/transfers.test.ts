import { expect, test } from 'vitest';
import { createTransfers, type Transfer } from '../../../../src/commands/uploads/receiving/transfers.js';
import { MediaFlowError } from '../../../../src/core/errors.js';

const LIMITS = { stalledSeconds: 3600, idleSeconds: 3600 };

test('while a request takes bytes another one is refused; once it takes no more, the other waits for its end', async () => {
  const transfers = createTransfers(LIMITS);
  const order: string[] = [];
  const broken = Promise.withResolvers<void>();
  const written = Promise.withResolvers<void>();
  const first = transfers.exclusively('upload', async (transfer) => {
    await broken.promise;
    transfer.received();
    await written.promise;
    order.push('first has written down how far it came');
  });
  await expect(transfers.exclusively('upload', async () => {})).rejects.toMatchObject({
    code: 'upload_locked',
  });

  broken.resolve();
  await Promise.resolve();
  const second = transfers.exclusively('upload', async () => order.push('second'));
  const asked = transfers.endStalled('upload').then(() => order.push('asked'));
  written.resolve();
  await Promise.all([first, second, asked]);
  expect(order[0]).toBe('first has written down how far it came');
  expect(order).toHaveLength(3);
});

test('who has seen that nobody writes has the upload from that moment on', async () => {
  const transfers = createTransfers(LIMITS);
  expect(transfers.isActive('upload')).toBe(false);
  const first = transfers.exclusively('upload', async () => 'first');
  expect(transfers.isActive('upload')).toBe(true);
  expect(await first).toBe('first');
});

test('who takes over is not kept out by one who waited for the same end', async () => {
  const transfers = createTransfers(LIMITS);
  const why = new MediaFlowError('not-found', 'upload_gone', 'Gone');
  const untilEnded = (transfer: Transfer) =>
    new Promise<never>((_, reject) =>
      transfer.signal.addEventListener('abort', () => reject(transfer.signal.reason)),
    );
  const ended = transfers.exclusively('upload', untilEnded).catch((error) => error);
  const takingOver = transfers.takingOver('upload', why, async () => 'mine');
  const waiting = transfers.exclusively('upload', async () => {}).catch(() => {});
  expect(await takingOver).toBe('mine');
  expect(await ended).toBe(why);
  await waiting;
});
