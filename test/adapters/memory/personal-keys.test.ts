import { createMemoryPersonalKeys, type MemoryKeyring } from '../../../src/adapters/memory/personal-keys.js';
import { personalKeysContract } from '../../contracts/personal-keys.contract.js';

personalKeysContract('memory', async () => {
  const keyring: MemoryKeyring = new Map();
  return { open: () => createMemoryPersonalKeys(keyring), stop: async () => {} };
});
