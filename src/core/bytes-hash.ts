import { hash } from 'node:crypto';

/** sha256 in hexadecimal digits: bytes with the same one are the same. */
export const sha256Of = (bytes: Uint8Array): string => hash('sha256', bytes, 'hex');
