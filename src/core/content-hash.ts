import { hash } from 'node:crypto';
import type { JsonValue } from './json.js';

/** sha256 in hex of a value as JSON: the same for the same content, whatever the order of its keys. */
export const contentHash = (value: JsonValue): string => hash('sha256', JSON.stringify(sorted(value)), 'hex');

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, each]) => [name, sorted(each)]));
}
