import type { ErrorCode } from '../../core/errors.js';
import type { Client } from './client.js';
import { EXIT } from './exit-codes.js';
import { CliFailure } from './failure.js';

const SHORTEST = 8;
const WHOLE = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const BEGINNING = /^[\da-f][\da-f-]*$/i;

export const isWholeId = (id: string): boolean => WHOLE.test(id);

/** What is found by the beginning of its id, and how it is missed. */
interface Searched {
  readonly noun: string;
  readonly code: ErrorCode;
  /** Ids that begin so, a few of them. */
  find(idPrefix: string): Promise<readonly string[]>;
}

/** Ids may be cut to their first characters. What cannot be one is given back as it is: it is the id of nothing. */
async function fullId(given: string, { noun, code, find }: Searched): Promise<string> {
  if (isWholeId(given) || !BEGINNING.test(given)) return given;
  if (given.length < SHORTEST)
    throw new CliFailure(
      EXIT.usage,
      'id_too_short',
      `${given} is too short: give ${SHORTEST} characters of an id.`,
    );
  const [first, ...others] = await find(given.toLowerCase());
  if (first === undefined)
    throw new CliFailure(EXIT.notFound, code, `There is no ${noun} whose id begins with ${given}.`);
  if (others.length > 0)
    throw new CliFailure(
      EXIT.usage,
      'id_ambiguous',
      `${given} is the beginning of several ids: ${[first, ...others].join(', ')}.`,
    );
  return first;
}

export const fullMediaId = (client: Client, given: string): Promise<string> =>
  fullId(given, {
    ...{ noun: 'media', code: 'media_not_found' },
    find: async (idPrefix) => (await client.listMedia({ idPrefix, limit: 3 })).items.map(({ id }) => id),
  });

export const fullDeadLetterId = (client: Client, given: string): Promise<string> =>
  fullId(given, {
    ...{ noun: 'dead letter', code: 'dead_letter_not_found' },
    find: async (idPrefix) => (await client.deadLetters({ idPrefix, limit: 3 })).map(({ id }) => id),
  });
