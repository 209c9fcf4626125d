import { type MediaFlowError, messageOf, unavailable } from '../../../core/errors.js';

/** For whoever cannot go on without a way in: says where there is none, without the password. */
export const databaseUnavailable = (connectionString: string, cause: unknown): MediaFlowError =>
  unavailable(
    'database_unavailable',
    `The database at ${new URL(connectionString).host} cannot be used: ${messageOf(cause)}`,
    {},
    cause,
  );
