/** What of a JSON Schema is shown to people. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly required?: readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
}

/** Schemas by the name that a `$ref` ends in. */
export type Definitions = Readonly<Record<string, JsonSchema>>;

const nameIn = (reference: string): string => reference.split('/').at(-1) ?? reference;

const alternativesOf = ({ anyOf, oneOf, type, ...rest }: JsonSchema) =>
  anyOf ?? oneOf ?? (typeof type === 'object' ? type.map((each) => ({ ...rest, type: each })) : undefined);

/** `integer 1–200, default 50`, `"like" | "view"`, `list of string`. */
export function typeText(schema: JsonSchema): string {
  if (schema.$ref) return nameIn(schema.$ref);
  const { default: preset, type = 'anything' } = schema;
  const suffix = preset === undefined ? '' : `, default ${JSON.stringify(preset)}`;
  const values = schema.const === undefined ? schema.enum : [schema.const];
  const several = values?.map((value) => JSON.stringify(value)) ?? alternativesOf(schema)?.map(typeText);
  if (several) return `${several.join(' | ')}${suffix}`;
  if (type === 'array' && schema.items) return `list of ${typeText(schema.items)}${suffix}`;
  if (type === 'string' && schema.format)
    return `${schema.format === 'binary' ? 'bytes' : schema.format}${suffix}`;
  return `${type}${rangeText(schema)}${suffix}`;
}

function rangeText({ type, minimum, maximum, maxLength }: JsonSchema): string {
  if (type === 'string') return maxLength === undefined ? '' : `, at most ${maxLength} characters`;
  const isSaid = (limit: number | undefined) =>
    limit !== undefined && Math.abs(limit) < Number.MAX_SAFE_INTEGER;
  const [from, to] = [isSaid(minimum), isSaid(maximum)];
  if (from && to) return ` ${minimum}–${maximum}`;
  if (from) return ` from ${minimum}`;
  return to ? ` up to ${maximum}` : '';
}

const STRINGS: Readonly<Record<string, string>> = {
  uuid: '2fde43fe-98c8-4a35-8a1b-0f6c1f6ad1c5',
  'date-time': '2026-11-21T09:30:05.000Z',
};

/** A value that has the shape of the schema. */
export function exampleOf(schema: JsonSchema, definitions: Definitions = {}): unknown {
  if (schema.$ref) return exampleOf(definitions[nameIn(schema.$ref)] ?? {}, definitions);
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const alternatives = alternativesOf(schema);
  if (alternatives) return exampleOf(alternatives.find(({ type }) => type !== 'null') ?? {}, definitions);
  switch (schema.type) {
    case 'array':
      return schema.items ? [exampleOf(schema.items, definitions)] : [];
    case 'object':
      return objectExample(schema, definitions);
    case 'string':
      return STRINGS[schema.format ?? ''] ?? '…';
    case 'integer':
    case 'number':
      return Math.max(0, schema.minimum ?? 0);
    case 'boolean':
      return true;
    default:
      return null;
  }
}

const objectExample = (
  { properties = {}, additionalProperties }: JsonSchema,
  definitions: Definitions,
): object => ({
  ...Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, exampleOf(schema, definitions)]),
  ),
  ...(typeof additionalProperties === 'object' && Object.keys(additionalProperties).length > 0
    ? { '…': exampleOf(additionalProperties, definitions) }
    : {}),
});
