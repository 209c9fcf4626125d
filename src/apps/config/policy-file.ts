import { readFileSync } from 'node:fs';
import { messageOf } from '../../core/errors.js';
import {
  type ModerationPolicy,
  policyDocumentSchema,
  policyOf,
} from '../../domain/media/moderation-policy-document.js';
import { documentIn } from './checked-document.js';

/** Reads a policy file, whole or not at all. Throws an Error that names every line and field that is wrong, and what is expected there. */
export function readPolicyFile(path: string): ModerationPolicy {
  return policyIn(textOf(path), path);
}

/** `name` is what the text is called in errors. */
export const policyIn = (text: string, name: string): ModerationPolicy =>
  policyOf(documentIn(policyDocumentSchema, text, name));

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`${path} cannot be read: ${messageOf(error)}`);
  }
}
