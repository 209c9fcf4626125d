import { join } from 'node:path';

const ofThisCheckout = join(import.meta.dirname, '../../.services');

/** What runs; git ignores it. `SERVICES_STATE` lets tests have services of their own. */
export const stateFolder = process.env.SERVICES_STATE ?? ofThisCheckout;

/** What was downloaded and built stays here between starts. */
export const cacheFolder = join(ofThisCheckout, 'cache');
