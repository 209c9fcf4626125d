import { createHash, timingSafeEqual } from 'node:crypto';
import { MediaFlowError } from '../../core/errors.js';
import { WITHOUT_KEYS } from '../../core/who-may-decide.js';

export interface Caller {
  readonly isOperator: boolean;
  /** Whether it showed a key that is none of ours. */
  readonly hasUnknownKey?: boolean;
  readonly actor: string;
}

/** Who sends this `Authorization` header. */
export type Access = (authorization: string | undefined) => Caller;

/** What those are called who may decide: one for each key, or everybody. */
export const reviewersOf = (apiKeys: readonly string[]): readonly string[] =>
  apiKeys.length === 0 ? [WITHOUT_KEYS] : [...new Set(apiKeys.map((key) => actorOf(digest(key))))];

const actorOf = (keyDigest: Buffer): string => `key-${keyDigest.toString('hex').slice(0, 8)}`;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Who calls: the holder of one of the keys (`Authorization: Bearer …`) is an operator; without configured keys
 * everybody is. Keys are compared in constant time and named in history by a short fingerprint only.
 */
export function createAccess(apiKeys: readonly string[]): Access {
  if (apiKeys.length === 0) return () => ({ isOperator: true, actor: WITHOUT_KEYS });
  const digests = apiKeys.map(digest);
  return (authorization) => {
    const key = /^Bearer\s+(.+)$/i.exec(authorization ?? '')?.[1];
    const given = digest(key ?? '');
    const match = digests.filter((known) => timingSafeEqual(known, given)).at(0);
    return match
      ? { isOperator: true, actor: actorOf(match) }
      : { isOperator: false, actor: 'public', hasUnknownKey: key !== undefined };
  };
}

/** Throws `key_required` or `key_unknown` unless an operator calls. */
export function requireOperator({ isOperator, hasUnknownKey }: Caller): void {
  if (isOperator) return;
  if (hasUnknownKey)
    throw new MediaFlowError(
      'unauthorized',
      'key_unknown',
      "The key that was sent is none of this server's.",
    );
  throw new MediaFlowError(
    'unauthorized',
    'key_required',
    'This needs an operator key: Authorization: Bearer …',
  );
}
