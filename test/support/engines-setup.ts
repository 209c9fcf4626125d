import type { TestProject } from 'vitest/node';
import { findEngine } from './engines.js';

/** Databases of test files are made on the server of the services; without it, suites that need one fail. */
export default function setup(project: TestProject) {
  const postgres = findEngine('postgres');
  if (!postgres) return;
  project.provide('postgresUrl', postgres.DATABASE_URL);
  project.provide('administratorUrl', postgres.DATABASE_ADMINISTRATOR_URL);
}
