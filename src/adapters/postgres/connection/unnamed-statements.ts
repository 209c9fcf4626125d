import type { Client, Pool } from 'pg';

type Query = (statement: unknown, ...rest: unknown[]) => unknown;

/** Has no statement of this pool prepared under a name, which the next transaction's server would not know. */
export function unnamedStatements(pool: Pool): void {
  pool.on('connect', (client) => withoutNames(client as unknown as Client));
}

function withoutNames(client: Client): void {
  const query = client.query.bind(client) as Query;
  const unnamed: Query = (statement, ...rest) =>
    query(isNamed(statement) ? nameless(statement) : statement, ...rest);
  client.query = unnamed as Client['query'];
}

interface NamedStatement {
  readonly name: string;
  readonly text: string;
}

/** Others with a name are drivers' own objects, such as streams of COPY. */
const isNamed = (statement: unknown): statement is NamedStatement =>
  typeof statement === 'object' &&
  statement !== null &&
  Object.getPrototypeOf(statement) === Object.prototype &&
  'name' in statement;

const nameless = ({ name: _, ...statement }: NamedStatement) => statement;
