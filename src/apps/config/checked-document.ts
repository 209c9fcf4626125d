import type { z } from 'zod';
import { messageOf } from '../../core/errors.js';
import { sentenceOf } from '../schema-sentences.js';
import { lineOf } from './json-places.js';

/**
 * What a JSON text says, whole or not at all; `name` is what it is called in errors. Throws an Error that names every line and field that is
 * wrong, and what is expected there.
 */
export function documentIn<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  name: string,
): z.infer<Schema> {
  const parsed = schema.safeParse(jsonOf(text, name), { error: sentenceOf });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) =>
      `line ${lineOf(text, path)}: ${path.length > 0 ? path.join('.') : 'the whole'} ${message}`,
  );
  throw new Error(`${name}: ${problems.join('; ')}`);
}

function jsonOf(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // V8 says where: `… at position 31 (line 3 column 5)`.
    throw new Error(`${name} is no JSON: ${messageOf(error)}`);
  }
}
