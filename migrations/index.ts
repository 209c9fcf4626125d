import type { MigrationInterface } from 'typeorm';
import { EventStore1763700000001 } from './0001-event-store.js';
import { DeadLetters1763700000002 } from './0002-dead-letters.js';
import { Sagas1763700000004 } from './0004-sagas.js';

/** Every migration in order; the name's number is the order TypeORM runs them in. */
export const migrations: readonly (new () => MigrationInterface)[] = [
  EventStore1763700000001,
  DeadLetters1763700000002,
  Sagas1763700000004,
];
