import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { PersonalKey } from '../../core/personal-keys.js';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Taking a key in costs twice what encrypting a title does; this holds none longer than whoever gave it. */
const takenIn = new WeakMap<PersonalKey, KeyObject>();

function cipherKey(key: PersonalKey): KeyObject {
  const known = takenIn.get(key);
  if (known) return known;
  const made = createSecretKey(key);
  takenIn.set(key, made);
  return made;
}

/**
 * Encrypts a text (AES-256-GCM). `place` is authenticated with it, so that what was sealed in one place is not taken for
 * that of another. Base64 of nonce, tag, ciphertext.
 */
export function seal(key: PersonalKey, place: string, text: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', cipherKey(key), nonce).setAAD(Buffer.from(place));
  const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), encrypted]).toString('base64');
}

/** The text again; undefined when it was changed, or sealed under another key or in another place. */
export function unseal(key: PersonalKey, place: string, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64');
  const textAt = NONCE_BYTES + TAG_BYTES;
  try {
    const decipher = createDecipheriv('aes-256-gcm', cipherKey(key), bytes.subarray(0, NONCE_BYTES))
      .setAAD(Buffer.from(place))
      .setAuthTag(bytes.subarray(NONCE_BYTES, textAt));
    return decipher.update(bytes.subarray(textAt), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
}
