import { createMemoryLocker, createMemoryLocks } from '../../../src/adapters/memory/locker.js';
import { lockerContract, losableLocksContract } from '../../contracts/locker.contract.js';

let locks = createMemoryLocks();
const openLockers = async () => {
  locks = createMemoryLocks();
  return [createMemoryLocker(locks), createMemoryLocker(locks)] as const;
};

lockerContract(openLockers);
losableLocksContract(openLockers, (key) => locks.expire(key));
