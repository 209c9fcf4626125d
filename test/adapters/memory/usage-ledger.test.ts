import { createMemoryUsageLedger } from '../../../src/adapters/memory/usage-ledger.js';
import { describeUsageLedger } from '../../contracts/usage-ledger.contract.js';

describeUsageLedger('memory', async () => createMemoryUsageLedger());
