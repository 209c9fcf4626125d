import { eventStoreContract } from '../../contracts/event-store.contract.js';
import { startServerUnderTest } from './server-under-test.js';

eventStoreContract('EventStoreDB', { idempotency: 'by-revision' }, startServerUnderTest);
