import type { FastifyInstance } from 'fastify';
import { messageOf } from '../../core/errors.js';
import { shareAnswer } from '../../core/share-answer.js';
import type { Access } from './access.js';

const CHECK_TIMEOUT_MILLISECONDS = 2000;
/** Anybody may ask as often as they like. */
const MAXIMUM_AGE_MILLISECONDS = 500;

export interface Health {
  /** `degraded`: something is wrong, and work is taken all the same. */
  readonly status: 'ok' | 'degraded' | 'failed';
  readonly detail?: string;
}
/** Looks at one dependency; throwing is failing. */
export type HealthCheck = () => Promise<Health>;
export type HealthChecks = Readonly<Record<string, HealthCheck>>;

/** Rejects when there is no answer in time. */
export const within = <T>(promise: Promise<T>): Promise<T> =>
  Promise.race([
    promise,
    new Promise<never>((_, reject) =>
      setTimeout(() => reject(new Error('no answer in time')), CHECK_TIMEOUT_MILLISECONDS).unref(),
    ),
  ]);

const checked = async (check: HealthCheck): Promise<Health> => {
  try {
    return await within(check());
  } catch (error) {
    return { status: 'failed', detail: messageOf(error) };
  }
};

/**
 * `live`: the process runs. `ready`: it can take work; every dependency it has is named, with what is wrong with it. The
 * words, which may name hosts and paths, are for operators.
 */
export function healthRoutes(
  server: FastifyInstance,
  options: {
    readonly roles: readonly string[];
    /** Of jobs that are taken here, in a worker. */
    readonly kinds?: readonly string[] | undefined;
    readonly checks: HealthChecks;
    readonly access: Access;
  },
): void {
  const { roles, kinds, checks, access } = options;
  const look = shareAnswer(
    () =>
      Promise.all(Object.entries(checks).map(async ([name, check]) => [name, await checked(check)] as const)),
    { maximumAgeMilliseconds: MAXIMUM_AGE_MILLISECONDS, now: () => performance.now() },
  );
  server.get('/health/live', async () => ({ status: 'ok' }));
  server.get('/health/ready', async (request, reply) => {
    const { isOperator } = access(request.headers.authorization);
    const results = await look();
    const isReady = results.every(([, { status }]) => status !== 'failed');
    return reply.status(isReady ? 200 : 503).send({
      status: isReady ? 'ready' : 'not_ready',
      roles,
      kinds,
      dependencies: Object.fromEntries(
        results.map(([name, health]) => [name, isOperator ? health : { status: health.status }]),
      ),
    });
  });
}
