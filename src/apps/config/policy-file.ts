import { readFileSync } from 'node:fs';
import { messageOf } from '../../core/errors.js';
import {
  type ModerationPolicy,
  policyDocumentSchema,
  policyOf,
} from '../../domain/media/moderation-policy-document.js';
import { sentenceOf } from '../schema-sentences.js';
import { lineOf } from './json-places.js';

/** Reads a policy file, whole or not at all. Throws an Error that names every line and field that is wrong, and what is expected there. */
export function readPolicyFile(path: string): ModerationPolicy {
  return policyIn(textOf(path), path);
}

/** `name` is what the text is called in errors. */
export function policyIn(text: string, name: string): ModerationPolicy {
  const parsed = policyDocumentSchema.safeParse(jsonOf(text, name), { error: sentenceOf });
  if (parsed.success) return policyOf(parsed.data);
  const problems = parsed.error.issues.map(
    ({ path, message }) =>
      `line ${lineOf(text, path)}: ${path.length > 0 ? path.join('.') : 'the whole'} ${message}`,
  );
  throw new Error(`${name}: ${problems.join('; ')}`);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`${path} cannot be read: ${messageOf(error)}`);
  }
}

function jsonOf(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // V8 says where: `… at position 31 (line 3 column 5)`.
    throw new Error(`${name} is no JSON: ${messageOf(error)}`);
  }
}
