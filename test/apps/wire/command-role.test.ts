import { test } from 'vitest';
import { readConfig } from '../../../src/apps/config.js';
import type { PartContext } from '../../../src/apps/wire/part.js';
import { commandPart } from '../../../src/apps/wire/roles/command.js';
import { silentLogger } from '../../../src/core/logger.js';

test('takes requests while it goes through what a crash has interrupted, however long that takes', async () => {
  const looked = Promise.withResolvers<void>();
  const stopping = new AbortController();
  const context = {
    config: readConfig({}),
    storage: {
      ledger: {
        unfinished() {
          looked.resolve();
          return new Promise(() => {});
        },
      },
    },
    ...{ readers: { operators: async () => ({}) }, frameTopic: async () => ({}) },
    ...{ blobs: async () => ({}), jobQueue: async () => ({}) },
    ...{ closers: { add: () => undefined }, logger: silentLogger, stopping: stopping.signal },
  };
  const part = await commandPart(context as unknown as PartContext);
  await part.start?.();
  await looked.promise;
  stopping.abort();
});
