import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Endpoint } from '../../http/endpoint.js';
import { type Access, requireOperator } from './access.js';
import type { RefuseWrongKey } from './wrong-keys.js';

/** Routes that are no endpoints and look at the key themselves. */
const ROUTES_BESIDE = ['/metrics', '/health/ready', '/v1/uploads'];

/**
 * Asks for the key before anything of the body is read, where one is needed. Wherever the answer depends on the key,
 * caches are told so, and wrong keys are counted; whether something can be played never does.
 */
export function askForKeys(
  server: FastifyInstance,
  options: {
    readonly access: Access;
    readonly endpoints: readonly Endpoint[];
    readonly refuseWrongKey: RefuseWrongKey;
  },
): void {
  const { access, endpoints, refuseWrongKey } = options;
  const byRoute = new Map(endpoints.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint]));
  const endpointOf = (method: string, url: string) =>
    byRoute.get(`${method === 'HEAD' ? 'GET' : method} ${url}`);

  server.addHook('onRequest', async ({ method, headers, ip, routeOptions: { url = '' } }, reply) => {
    if (method === 'OPTIONS') return;
    const endpoint = endpointOf(method, url);
    const dependsOnKey = endpoint
      ? endpoint.access === 'operator' || endpoint.showsOperatorsMore
      : ROUTES_BESIDE.some((route) => url.startsWith(route));
    if (!dependsOnKey) return;
    reply.header('cache-control', 'private, no-cache');
    addVary(reply, 'Authorization');
    const caller = access(headers.authorization);
    if (caller.hasUnknownKey) await refuseWrongKey(ip);
    if (endpoint?.access === 'operator') requireOperator(caller);
  });
}

/** Beside what others have said that the answer varies with. */
export function addVary(reply: FastifyReply, header: string): void {
  const before = reply.getHeader('vary');
  reply.header('vary', before === undefined ? header : `${before}, ${header}`);
}
