import { z } from 'zod';

/** What a process may do. */
export const roleSchema = z.enum(['command', 'query', 'projector', 'saga', 'relay', 'worker']);
export type Role = z.infer<typeof roleSchema>;
export const ALL_ROLES: readonly Role[] = roleSchema.options;
