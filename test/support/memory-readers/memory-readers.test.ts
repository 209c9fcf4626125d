import { readersContract } from '../../contracts/readers/readers.contract.js';
import { createMemoryViews } from './index.js';

readersContract('memory', async () => createMemoryViews());
