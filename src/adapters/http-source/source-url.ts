import { isIP } from 'node:net';
import { invalid } from '../../core/errors.js';
import type { AddressRules } from './address-rules.js';

const PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/** The name or address of a server, without the brackets of IPv6. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

export const portOf = ({ protocol, port }: URL): number =>
  port === '' ? (PORTS[protocol] ?? 0) : Number(port);

/**
 * An address that may be asked, as far as it tells by itself. Throws `invalid_source_url`, `forbidden_source`, neither of
 * which repeats any of it.
 */
export function sourceUrl(text: string, rules: AddressRules, base?: URL): URL {
  const url = URL.canParse(text, base?.href) ? new URL(text, base) : undefined;
  if (!url || !(url.protocol in PORTS) || url.hostname === '')
    throw invalid(
      'invalid_source_url',
      'A file is fetched from an address that begins with http:// or https://.',
    );
  if (url.username !== '' || url.password !== '')
    throw invalid('invalid_source_url', 'The address holds a user or a password, which are not sent.');
  if (!rules.mayUsePort(portOf(url)))
    throw invalid(
      'forbidden_source',
      'Files are not fetched from this port. The operator allows others (MEDIAFLOW_PULL_PORTS).',
    );
  const host = hostOf(url);
  if (isIP(host) !== 0 && !rules.mayReach(host, host)) throw notPublic();
  return url;
}

export const notPublic = () =>
  invalid(
    'forbidden_source',
    'The address leads to a server that is not on the public internet. The operator allows some (MEDIAFLOW_PULL_ALLOW).',
  );
