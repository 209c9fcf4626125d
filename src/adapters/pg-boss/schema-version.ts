import { createRequire } from 'node:module';

const { pgboss } = createRequire(import.meta.url)('pg-boss/package.json') as {
  readonly pgboss: { readonly schema: number };
};

/** The version of its schema that this pg-boss needs at the least, as it is in its table `version`. */
export const QUEUE_SCHEMA_VERSION = pgboss.schema;
