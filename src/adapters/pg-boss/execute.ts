/** Runs one SQL statement and gives its rows. */
export type Execute = <Row>(text: string, values?: readonly unknown[]) => Promise<Row[]>;

/** Whether the server could not be reached or turned us away, as against having refused the statement itself. */
export function isConnectionProblem(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError)
    return false;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const isSqlState = /^[0-9A-Z]{5}$/.test(code);
  // 08 connection, 53 out of resources, 57P shutting down or starting up, 25006 a standby by now
  return !isSqlState || /^(08|53|57P|25006)/.test(code);
}

/** Serialisation failures and deadlocks, locks and statements that took too long, a transaction that was ended. */
const PASSING = /^40|^(55P03|57014|25P03|25P04)$/;

/** Whether the same statement may succeed a moment later. */
export const isPassing = (error: unknown): boolean =>
  isConnectionProblem(error) ||
  (error instanceof Error && 'code' in error && PASSING.test(String(error.code)));
