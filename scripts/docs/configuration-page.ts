import type { z } from 'zod';
import { code, GENERATED, table } from './markdown.js';
import { fieldsOf } from './schema-fields.js';

/** `docs/configuration.md`, from the schema of the environment. */
export function configurationPage(environment: z.ZodType): string {
  const rows = fieldsOf(environment).map(({ path, type, description, defaultValue }) => [
    code(path.replace('?', '')),
    // A variable is text: a list is one text with commas.
    type.endsWith('[]') ? 'text' : type.replace('string', 'text'),
    defaultValue === undefined ? '–' : code(String(defaultValue)),
    description,
  ]);
  return `${[
    GENERATED,
    '# Configuration',
    'Everything is set by environment variables, read and checked once when the service starts; a wrong one is named, and nothing starts. An empty one counts as not set. One that begins with `MEDIAFLOW_` and is not in this table is warned of in the log.',
    table(['variable', 'type', 'default', 'what it sets'], rows),
  ].join('\n\n')}\n`;
}
