import { z } from 'zod';

/** What a process may do. */
export const roleSchema = z.enum(['command', 'query', 'projector', 'saga', 'relay', 'worker', 'inference']);
export type Role = z.infer<typeof roleSchema>;
export const ALL_ROLES: readonly Role[] = roleSchema.options;

/**
 * Those of them that have something to do: of all roles the relay is left out where there is no Kafka to publish to, and inference where
 * no port for it is named.
 */
export function rolesAtWork(
  roles: readonly Role[],
  config: { readonly kafka: unknown; readonly inference: { readonly isServed: boolean } },
): readonly Role[] {
  if (roles.length < ALL_ROLES.length) return roles;
  const idle: Partial<Record<Role, boolean>> = {
    relay: config.kafka === undefined,
    inference: !config.inference.isServed,
  };
  return roles.filter((role) => !idle[role]);
}

/** Whether a process serves models alone, which takes neither a database nor files. */
export const servesModelsAlone = (roles: readonly Role[]): boolean =>
  roles.length > 0 && roles.every((role) => role === 'inference');
