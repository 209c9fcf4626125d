import { createHash } from 'node:crypto';
import { DatabaseError } from 'pg';

/** Every connection keeps every prepared statement: texts made up of many parts must not fill its memory. */
const MAXIMUM_STATEMENTS = 200;

/** Names for statements to be prepared once a connection; without a name from the limit on. */
export function createStatementNames(prefix: string): (text: string) => { readonly name?: string } {
  const known = new Map<string, { readonly name: string }>();
  return (text) => {
    const found = known.get(text);
    if (found) return found;
    if (known.size >= MAXIMUM_STATEMENTS) return {};
    const named = { name: `${prefix}_${createHash('sha1').update(text).digest('hex')}` };
    known.set(text, named);
    return named;
  };
}

/** A table was replaced by one with other column types since the statement was prepared on this connection. */
export const isOutdatedPlan = (error: unknown): boolean =>
  error instanceof DatabaseError && error.message.includes('cached plan must not change result type');
