import { expect, test } from 'vitest';
import { createTransfers } from '../../../src/commands/uploads/transfers.js';

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
