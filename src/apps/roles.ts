import { z } from 'zod';

/** What a process may do. */
export const roleSchema = z.enum(['command', 'query', 'projector', 'saga', 'relay', 'worker']);
export type Role = z.infer<typeof roleSchema>;
export const ALL_ROLES: readonly Role[] = roleSchema.options;

/** Those of them that have something to do: of all roles the relay is left out where there is no Kafka to publish to. */
export const rolesAtWork = (roles: readonly Role[], config: { readonly kafka: unknown }): readonly Role[] =>
  config.kafka !== undefined || roles.length < ALL_ROLES.length
    ? roles
    : roles.filter((role) => role !== 'relay');
