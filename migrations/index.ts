import type { MigrationInterface } from 'typeorm';

/** Every migration in order; the name's number is the order TypeORM runs them in. */
export const migrations: readonly (new () => MigrationInterface)[] = [];
