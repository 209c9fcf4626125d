import { createHash } from 'node:crypto';

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

const parameter = (challenge: string, name: string): string | undefined =>
  new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(challenge)?.[1];

/** What answers a challenge, as cameras make them (RFC 2617, without `qop`, and Basic); undefined of any other. */
export function authorizationFor(
  challenge: string,
  { user, password }: Credentials,
  { method, uri }: { readonly method: string; readonly uri: string },
): string | undefined {
  if (/^basic\b/i.test(challenge)) return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const [realm, nonce] = [parameter(challenge, 'realm'), parameter(challenge, 'nonce')];
  if (!/^digest\b/i.test(challenge) || realm === undefined || nonce === undefined) return undefined;
  const response = md5(`${md5(`${user}:${realm}:${password}`)}:${nonce}:${md5(`${method}:${uri}`)}`);
  return `Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}"`;
}
