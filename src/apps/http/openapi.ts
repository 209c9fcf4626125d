import { z } from 'zod';
import type { Endpoint } from '../../http/endpoint.js';

type Json = Record<string, unknown>;

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly description?: string;
  readonly schema: Json;
}
type Content = Readonly<Record<string, { readonly schema?: Json }>>;
interface Answer {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly schema: Json }>>;
  readonly content?: Content;
}
/** What of an OpenAPI operation there is here. */
export interface Operation {
  readonly summary: string;
  readonly tags: readonly string[];
  readonly operationId: string;
  readonly security: readonly object[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, Answer>>;
}
/** Operations by path and by method in lower case. */
export type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

export const problemAnswer: Answer = {
  description: 'A problem (RFC 9457)',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

const jsonSchema = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json;
  return rest;
};

const parameters = (endpoint: Endpoint): Parameter[] => {
  const fields = (schema: z.ZodObject | undefined, place: 'path' | 'query') => {
    if (!schema) return [];
    const { properties = {}, required = [] } = jsonSchema(schema, 'input') as {
      properties?: Record<string, Json>;
      required?: string[];
    };
    return Object.entries(properties).map(([name, { description, ...property }]) => ({
      name,
      in: place,
      required: place === 'path' || required.includes(name),
      ...(description ? { description: String(description) } : {}),
      schema: property,
    }));
  };
  const header = (name: string, description: string) => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string' },
  });
  return [
    ...fields(endpoint.params, 'path'),
    ...fields(endpoint.query, 'query'),
    ...(endpoint.views
      ? [header('Mediaflow-After', 'Position of a command: wait (up to 5 s) until it is seen here')]
      : []),
    ...(endpoint.method === 'GET'
      ? []
      : [header('Idempotency-Key', 'The same key gives the first answer again')]),
  ];
};

const requestBody = ({ multipart, body }: Endpoint): Pick<Operation, 'requestBody'> => {
  const file = { type: 'string', format: 'binary' };
  const form = multipart && (jsonSchema(multipart, 'input') as { properties: Json });
  const content: Content = {
    ...(form && {
      'multipart/form-data': { schema: { ...form, properties: { ...form.properties, file } } },
    }),
    ...(body && { 'application/json': { schema: jsonSchema(body, 'input') } }),
  };
  return Object.keys(content).length > 0 ? { requestBody: { required: true, content } } : {};
};

const operation = (endpoint: Endpoint): Operation => {
  const { success } = endpoint;
  const contentType = success.contentType ?? 'application/json';
  const content = success.schema
    ? { content: { [contentType]: { schema: jsonSchema(success.schema, 'output') } } }
    : success.status === 204
      ? {}
      : { content: { [contentType]: {} } };
  return {
    summary: endpoint.summary,
    tags: [endpoint.tag],
    operationId: `${endpoint.method.toLowerCase()}${endpoint.path.replace(/[^A-Za-z0-9]+(\w)?/g, (_, letter: string | undefined) => (letter ?? '').toUpperCase())}`,
    security: endpoint.access === 'operator' ? [{ operatorKey: [] }] : [],
    parameters: parameters(endpoint),
    ...requestBody(endpoint),
    responses: {
      [success.status]: { description: success.description, ...content },
      default: problemAnswer,
    },
  };
};

/** A reference counts from the top of the document, so what has a name is moved where all of them are. */
function gatherSchemas(paths: Paths): { readonly paths: Paths; readonly schemas: Record<string, Json> } {
  const schemas: Record<string, Json> = {};
  const move = (key: string, value: unknown) => {
    if (key === '$ref') return String(value).replace('#/$defs/', '#/components/schemas/');
    if (key !== '$defs') return value;
    Object.assign(schemas, value);
    return undefined;
  };
  return { paths: JSON.parse(JSON.stringify(paths), move) as Paths, schemas };
}

/** OpenAPI 3.1 of the endpoints, from the schemas that guard them, and of what is served beside them. */
export function openApiOf(endpoints: readonly Endpoint[], beside: Paths, version: string) {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const endpoint of endpoints) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation(endpoint) };
  }
  const gathered = gatherSchemas({ ...paths, ...beside });
  return {
    openapi: '3.1.0',
    info: {
      title: 'MediaFlow',
      version,
      description: 'Self-hosted media backend. Resumable uploads: tus 1.0 at /v1/uploads.',
    },
    paths: gathered.paths,
    components: {
      securitySchemes: { operatorKey: { type: 'http', scheme: 'bearer' } },
      schemas: {
        ...gathered.schemas,
        Problem: {
          type: 'object',
          required: ['type', 'title', 'status', 'code', 'detail'],
          properties: {
            type: { type: 'string' },
            title: { type: 'string' },
            status: { type: 'integer' },
            code: {
              type: 'string',
              description: 'Stable; for programs. docs/errors.md lists all, and what to do',
            },
            detail: { type: 'string', description: 'For people' },
            details: { type: 'object' },
          },
        },
      },
    },
  };
}
