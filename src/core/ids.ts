import { hash } from 'node:crypto';

/**
 * A UUID (version 8, RFC 9562) that depends on nothing but its parts: the same parts give the same id on any
 * machine, which is what makes a repeated command, saga output or job recognisable as the same one.
 */
export function deriveId(...parts: readonly (string | number)[]): string {
  // Length prefixes keep ('ab','c') and ('a','bc') apart.
  const hex = hash('sha256', parts.map((part) => `${String(part).length}:${part};`).join(''), 'hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
