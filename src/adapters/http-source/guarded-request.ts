import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { MediaFlowError, unavailable, unsupported } from '../../core/errors.js';
import type { AddressRules } from './address-rules.js';
import { hostOf, notPublic, portOf } from './source-url.js';

/** All addresses of a name; the system's by default. */
export type ResolveHost = (host: string) => Promise<readonly LookupAddress[]>;

export const resolveBySystem: ResolveHost = (host) =>
  new Promise((resolve, reject) => {
    systemLookup(host, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)));
  });

export interface GuardOptions {
  readonly rules: AddressRules;
  readonly resolve: ResolveHost;
  /** Until the head of an answer is here. */
  readonly patienceSeconds: number;
}

/**
 * One request over a connection of its own, whose answer's head it waits for. A name is resolved once, by the connection itself,
 * which goes to an address that was checked and to no other: what the name means a moment later makes no difference. Throws
 * `forbidden_source`, `source_refused`, `source_unavailable`, or the signal's reason.
 */
export async function guardedRequest(
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  { rules, resolve, patienceSeconds }: GuardOptions,
): Promise<IncomingMessage> {
  const host = hostOf(url);
  const lookup: LookupFunction = (name, options, callback) => {
    resolve(name).then(
      (addresses) => {
        const allowed = addresses.filter(({ address }) => rules.mayReach(address, host));
        const [first] = allowed;
        if (!first) callback(notPublic(), '');
        else if (options.all) callback(null, [...allowed]);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
  const options: RequestOptions = {
    ...{
      host,
      port: portOf(url),
      path: `${url.pathname}${url.search}`,
      headers: { host: url.host, ...headers },
    },
    ...{ lookup, agent: false, signal },
    ...(isIP(host) === 0 && { servername: host }),
  };
  const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(options);
  const late = setTimeout(() => request.destroy(unreachable({ code: 'ETIMEDOUT' })), patienceSeconds * 1000);
  let isChecked = false;
  // As soon as there is one: a connection that is over, as it may be when the answer is here, does not tell where it led.
  request.on('socket', (socket) =>
    socket.once('connect', () => {
      const { remoteAddress } = socket;
      isChecked = remoteAddress !== undefined && rules.mayReach(remoteAddress, host);
      if (remoteAddress !== undefined && !isChecked) request.destroy(notPublic());
    }),
  );
  return new Promise<IncomingMessage>((answered, failed) => {
    request.on('response', (response) => {
      if (isChecked) answered(response);
      // Of a connection that was over before it could be looked at nobody knows where it led: once more.
      else request.destroy(unreachable({ code: 'ECONNRESET' }));
    });
    request.on('error', failed);
    // Without an error ends a connection that became one of another protocol.
    request.on('close', () => failed(unreachable({ code: 'ECONNRESET' }))).end();
  })
    .catch((error: unknown) => {
      signal.throwIfAborted();
      throw error instanceof MediaFlowError ? error : failureOf(error);
    })
    .finally(() => clearTimeout(late));
}

/** What a server says that does not keep to HTTP it says again: no length below zero becomes one by waiting. */
const failureOf = (error: unknown): MediaFlowError => {
  const { code = '' } = error as { readonly code?: string };
  // A head that stops in the middle is a connection that was cut.
  return code.startsWith('HPE_') && code !== 'HPE_INVALID_EOF_STATE'
    ? unsupported('source_refused', `The server of the address does not answer as HTTP has it (${code}).`)
    : unreachable(error);
};

/** The name of the failure alone: its text has the address in it. */
const unreachable = (error: unknown): MediaFlowError =>
  unavailable(
    'source_unavailable',
    `The server of the address cannot be reached: ${(error as { readonly code?: string }).code ?? 'unknown'}.`,
  );
