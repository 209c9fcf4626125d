import { describe } from 'vitest';
import { sagaStoreContract } from '../contracts/saga-store.contract.js';
import { createMemorySagaStore } from './memory-saga-store.js';

describe('sagas in memory', () => {
  sagaStoreContract(async () => createMemorySagaStore());
});
