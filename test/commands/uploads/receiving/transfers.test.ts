import { expect, test } from 'vitest';
import { createProcessLocker } from '../../../../src/adapters/local-disk/process-locker.js';
import { createMemoryLocker, createMemoryLocks } from '../../../../src/adapters/memory/locker.js';
import { createTransfers, type Transfer } from '../../../../src/commands/uploads/receiving/transfers.js';
import { MediaFlowError } from '../../../../src/core/errors.js';

const LIMITS = { stalledSeconds: 3600, idleSeconds: 3600 };

test('while a request takes bytes another one is refused; once it takes no more, the other waits for its end', async () => {
  const transfers = createTransfers(LIMITS, createProcessLocker());
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
  const transfers = createTransfers(LIMITS, createProcessLocker());
  expect(transfers.isActive('upload')).toBe(false);
  const first = transfers.exclusively('upload', async () => 'first');
  expect(transfers.isActive('upload')).toBe(true);
  expect(await first).toBe('first');
});

test('who takes over is not kept out by one who waited for the same end', async () => {
  const transfers = createTransfers(LIMITS, createProcessLocker());
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

test('an upload that another process writes to is refused, and so is its joining', async () => {
  const locks = createMemoryLocks();
  const [here, there] = [0, 1].map(() => createTransfers(LIMITS, createMemoryLocker(locks)));
  const written = Promise.withResolvers<void>();
  const writing = there?.exclusively('upload', () => written.promise);
  const refused = { code: 'upload_locked' };
  await expect(here?.exclusively('upload', async () => {})).rejects.toMatchObject(refused);
  await expect(here?.withoutWriters(['free', 'upload'], async () => {})).rejects.toMatchObject(refused);
  written.resolve();
  await writing;
  await here?.withoutWriters(['free', 'upload', 'upload'], async () => {
    await expect(there?.exclusively('free', async () => {})).rejects.toMatchObject(refused);
  });
  expect(await there?.exclusively('free', async () => 'free again')).toBe('free again');
});

test('a writer whose lock is lost takes no more bytes, and can be told to come back', async () => {
  const locks = createMemoryLocks();
  const transfers = createTransfers(LIMITS, createMemoryLocker(locks));
  const ended = transfers.exclusively('upload', async ({ signal }) => {
    locks.expire('upload');
    signal.throwIfAborted();
  });
  await expect(ended).rejects.toMatchObject({ kind: 'unavailable', code: 'upload_interrupted' });
  const lost = await transfers.withoutWriters(['upload'], async (signal) => {
    locks.expire('upload');
    return signal.aborted;
  });
  expect(lost).toBe(true);
});

test('what is to be free of writers waits for one that is ending', async () => {
  const transfers = createTransfers(LIMITS, createProcessLocker());
  const written = Promise.withResolvers<void>();
  const received = Promise.withResolvers<void>();
  const order: string[] = [];
  const ending = transfers.exclusively('part', async (transfer) => {
    transfer.received();
    received.resolve();
    await written.promise;
    order.push('written');
  });
  await received.promise;
  const joining = transfers.withoutWriters(['part'], async () => order.push('joined'));
  written.resolve();
  await Promise.all([ending, joining]);
  expect(order).toEqual(['written', 'joined']);
});

test('what is to be free of writers waits for a sweep that waits for its lock itself', async () => {
  const locked = Promise.withResolvers<void>();
  const locker = createProcessLocker();
  let acquired = 0;
  const transfers = createTransfers(LIMITS, {
    async acquire(id) {
      if (acquired++ === 0) await locked.promise;
      return locker.acquire(id);
    },
  });
  const order: string[] = [];
  const sweeping = transfers.exclusively('part', async () => order.push('swept'), { takesNoBytes: true });
  const joining = transfers.withoutWriters(['part'], async () => order.push('joined'));
  locked.resolve();
  await Promise.all([sweeping, joining]);
  expect(order).toEqual(['swept', 'joined']);
});
