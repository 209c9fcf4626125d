import type { ServiceName } from '../../scripts/services/index.js';
import { runningService } from '../../scripts/services/state.js';

/** What each engine's environment holds. */
const VARIABLES = {
  postgres: ['DATABASE_URL', 'DATABASE_ADMINISTRATOR_URL'],
  redis: ['REDIS_URL'],
  kafka: ['KAFKA_BROKERS'],
  s3: ['S3_ENDPOINT', 'S3_BUCKET', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION'],
  otlp: ['OTEL_EXPORTER_OTLP_ENDPOINT'],
} as const satisfies Record<ServiceName, readonly string[]>;

type Variables<Name extends ServiceName> = Readonly<Record<(typeof VARIABLES)[Name][number], string>>;

/**
 * How the tests reach an engine: by the environment they were started with, if that says so, else at what
 * `npm run services -- up` started. Fails, and says how to start it, when there is none.
 */
export function engine<Name extends ServiceName>(name: Name): Variables<Name> {
  const found = findEngine(name);
  if (!found) throw new Error(`${name} does not run. Start it with: npm run services -- up ${name}`);
  return found;
}

export function findEngine<Name extends ServiceName>(name: Name): Variables<Name> | undefined {
  const variables: readonly string[] = VARIABLES[name];
  const given = variables.every((variable) => process.env[variable]);
  const environment = given ? process.env : runningService(name)?.environment;
  if (!environment) return undefined;
  return Object.fromEntries(
    variables.map((variable) => [variable, environment[variable]]),
  ) as Variables<Name>;
}
