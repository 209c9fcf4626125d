import { z } from 'zod';

/** A field of a schema, as a row of a table. */
export interface SchemaField {
  /** `probe.video.codec`, `tags[]`, with a `?` where it may be absent. */
  readonly path: string;
  readonly type: string;
  readonly description: string;
  readonly defaultValue: unknown;
}

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | false;
  readonly description?: string;
  readonly default?: unknown;
}

/** Names carry their units; these are the units, for readers. */
const UNITS: readonly (readonly [RegExp, string])[] = [
  [/Seconds$/, 'seconds'],
  [/Bytes$/, 'bytes'],
  [/Bps$/, 'bits per second'],
  [/Hz$/, 'hertz'],
  [/Degrees$/, 'degrees clockwise'],
  [/^frameRate$/, 'frames per second'],
  [/(^w|W)idth$|(^h|H)eight$/, 'pixels'],
  [/At$/, 'ISO 8601 instant, UTC'],
  [/^fraction$/, '0..1'],
  [/[sS]ha256$/, 'hexadecimal'],
];

/** Every field of an object schema in the order it was written, those of inner objects after their own. */
export const fieldsOf = (schema: z.ZodType): SchemaField[] =>
  fieldsOfObject(z.toJSONSchema(schema) as JsonSchema, '');

function fieldsOfObject(schema: JsonSchema, prefix: string): SchemaField[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const isOptional = !schema.required?.includes(name);
    const path = `${prefix}${name}`;
    const unit = typeOf(property).includes('boolean')
      ? undefined
      : UNITS.find(([ending]) => ending.test(name));
    return [
      {
        path: isOptional ? `${path}?` : path,
        type: typeOf(property),
        description: [property.description, unit?.[1]].filter(Boolean).join('; '),
        defaultValue: property.default,
      },
      ...innerFields(property, path),
    ];
  });
}

function innerFields(schema: JsonSchema, path: string): SchemaField[] {
  if (schema.anyOf) return schema.anyOf.flatMap((choice) => innerFields(choice, path));
  if (schema.items) return innerFields(schema.items, `${path}[]`);
  return fieldsOfObject(schema, `${path}.`);
}

function typeOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' | ');
  if (schema.items) {
    const item = typeOf(schema.items);
    return item.includes(' | ') ? `(${item})[]` : `${item}[]`;
  }
  if (schema.additionalProperties) return `object of ${typeOf(schema.additionalProperties)}`;
  return [schema.type ?? 'any'].flat().join(' | ');
}
