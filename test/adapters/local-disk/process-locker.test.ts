import { createProcessLocker } from '../../../src/adapters/local-disk/process-locker.js';
import { lockerContract } from '../../contracts/locker.contract.js';

lockerContract(async () => {
  const locker = createProcessLocker();
  return [locker, locker];
});
