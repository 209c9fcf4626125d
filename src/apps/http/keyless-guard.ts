import { isIP } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { type Problem, problem } from '../../http/problem.js';
import { isLoopback } from '../config/server.js';

interface Heads {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
}

const hostnameOf = (url: string): string | undefined =>
  URL.canParse(url) ? new URL(url).hostname.replace(/^\[(.*)\]$/, '$1') : undefined;

const isOwnMachine = (hostname: string): boolean => isLoopback(hostname) || hostname.endsWith('.localhost');

const readsOnly = (method: string): boolean => ['GET', 'HEAD', 'OPTIONS'].includes(method);

/** What the operator has named as his own. */
interface Ours {
  readonly hosts: readonly string[];
  readonly origins: readonly string[];
}

/**
 * What a browser must not carry in for a page of somebody else's while no keys are set: undefined when all is well.
 * Such a page can make its own name point at this machine, and is then the same origin as we are; that shows in `Host`.
 * An address is nobody's to point elsewhere. And it can send forms to any address; that shows in `Origin`. Pure.
 */
export function foreignRequest({ method, host, origin }: Heads, ours: Ours): Problem | undefined {
  const isAllowed = (name: string) => isOwnMachine(name) || ours.hosts.includes(name);
  if (host !== undefined) {
    const name = hostnameOf(`http://${host}`);
    if (name === undefined || !(isIP(name) || isAllowed(name)))
      return problem(
        403,
        'foreign_host',
        `Without keys this server does not answer as ${host}. Set MEDIAFLOW_API_KEYS, or name the host in MEDIAFLOW_ALLOWED_HOSTS.`,
      );
  }
  if (origin === undefined || readsOnly(method)) return undefined;
  const name = hostnameOf(origin);
  const isOwnPage = origin === `http://${host}` || origin === `https://${host}`;
  if (isOwnPage || ours.origins.includes(origin) || (name !== undefined && isAllowed(name))) return undefined;
  return problem(
    403,
    'foreign_origin',
    `Without keys, pages of ${origin} change nothing here. Set MEDIAFLOW_API_KEYS, or name the origin in MEDIAFLOW_CORS_ORIGINS.`,
  );
}

/** Keeps the pages an operator looks at from using the server that everybody who reaches it may operate. */
export function guardKeyless(server: FastifyInstance, ours: Ours): void {
  server.addHook('onRequest', async ({ method, headers }, reply) => {
    const refused = foreignRequest({ method, host: headers.host, origin: headers.origin }, ours);
    if (!refused) return;
    const { status, headers: answer, body } = refused;
    return reply
      .status(status)
      .headers({ ...answer, connection: 'close' })
      .send(JSON.stringify(body));
  });
}
