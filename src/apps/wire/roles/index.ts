import type { Role } from '../../roles.js';
import type { Part, PartContext } from '../part.js';
import { commandPart } from './command.js';
import { inferencePart } from './inference.js';
import { projectorPart } from './projector.js';
import { queryPart } from './query.js';
import { relayPart } from './relay.js';
import { sagaPart } from './saga.js';
import { workerPart } from './worker.js';

// Workers first: what is opened first is closed last, and jobs under way need what they have opened.
const PARTS: Readonly<Record<Role, (context: PartContext) => Promise<Part>>> = {
  inference: inferencePart,
  worker: workerPart,
  saga: sagaPart,
  relay: relayPart,
  projector: projectorPart,
  query: queryPart,
  command: commandPart,
};

/** Puts the roles of a process together, one after another. */
export async function assembleRoles(roles: ReadonlySet<Role>, context: PartContext): Promise<Part[]> {
  const parts: Part[] = [];
  for (const [role, assemble] of Object.entries(PARTS))
    if (roles.has(role as Role)) parts.push(await assemble(context));
  return parts;
}

/** Tells a client that has come to the wrong process where the rest of the API is; empty when all of it is here. */
export function elsewhere(roles: ReadonlySet<Role>): string {
  if (roles.has('command') && roles.has('query')) return '';
  const here = `This process has the roles ${[...roles].join(', ')}.`;
  if (roles.has('query')) return `${here} Commands and uploads are taken by one with the role command.`;
  if (roles.has('command')) return `${here} Queries are answered by one with the role query.`;
  return `${here} The API is served by those with the roles command and query.`;
}
