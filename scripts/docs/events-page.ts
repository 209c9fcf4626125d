import type { EventDefinition } from '../../src/core/event.js';
import type { JsonObject } from '../../src/core/json.js';
import { anchorOf, code, GENERATED, table } from './markdown.js';
import { fieldsOf } from './schema-fields.js';

/** What the page says of an aggregate. */
export interface DescribedAggregate {
  readonly name: string;
  readonly events: Readonly<Record<string, EventDefinition>>;
  readonly commandTypes: readonly string[];
  streamOf(command: { readonly type: string; readonly data: unknown }): string;
}

/** `docs/events.md`. `exampleOf` gives the data of an event type in its newest version. */
export function eventsPage(
  aggregates: readonly DescribedAggregate[],
  exampleOf: (type: string, version: number) => JsonObject,
): string {
  return `${[
    GENERATED,
    '# Events',
    'Everything that ever happens is one of these. The feed (`GET /v1/events`, `GET /v1/events/stream`) gives them in the order in which they were committed.',
    contents(aggregates),
    ENVELOPE,
    ...aggregates.flatMap((aggregate) => [
      `## ${headingOf(aggregate)}`,
      `Stream: ${code(streamPattern(aggregate))}. Commands: ${aggregate.commandTypes.map(code).join(', ')}.`,
      ...Object.entries(aggregate.events).flatMap(([type, definition]) =>
        eventSection(type, definition, exampleOf(type, definition.version)),
      ),
    ]),
  ].join('\n\n')}\n`;
}

const headingOf = ({ name }: DescribedAggregate): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

const contents = (aggregates: readonly DescribedAggregate[]): string =>
  table(
    ['aggregate', 'event', 'what happened'],
    aggregates.flatMap(({ name, events }) =>
      Object.entries(events).map(([type, { summary }]) => [name, `[${type}](#${anchorOf(type)})`, summary]),
    ),
  );

/** Asks the aggregate itself where a command goes, with names in the place of values. */
function streamPattern(aggregate: DescribedAggregate): string {
  const data = new Proxy({}, { get: (_, name) => `<${String(name)}>` });
  return aggregate.streamOf({ type: aggregate.commandTypes[0] ?? '', data });
}

/** Nothing, where nothing of it is personal. */
const erasureOf = ({ personal = {} }: EventDefinition): string[] =>
  Object.keys(personal).length === 0
    ? []
    : [
        `Once erased: ${Object.entries(personal)
          .map(([path, erased]) => `${code(path)} is ${code(JSON.stringify(erased))}`)
          .join(', ')}.`,
      ];

function eventSection(type: string, definition: EventDefinition, example: JsonObject): string[] {
  const { version, summary, schema } = definition;
  const older = version > 1 ? ' Older versions are read as this one.' : '';
  const rows = fieldsOf(schema).map(({ path, type: fieldType, description }) => [
    code(path),
    fieldType,
    description,
  ]);
  return [
    `### ${type}`,
    `${summary} Version ${version}.${older}`,
    table(['field', 'type', 'meaning, unit'], rows),
    ...erasureOf(definition),
    `<details><summary>Example</summary>\n\n\`\`\`json\n${JSON.stringify(example, null, 2)}\n\`\`\`\n\n</details>`,
  ];
}

const ENVELOPE = `## Around every event

The fields below each event are its \`data\`. Around it comes the same for all:

${table(
  ['field', 'type', 'meaning, unit'],
  [
    [
      '`eventId`',
      'string',
      'UUID; derived from the command, so that a command that is repeated adds nothing',
    ],
    ['`stream`', 'string', 'The aggregate it belongs to'],
    ['`revision`', 'integer', 'Place in its stream, from 0'],
    ['`position`', 'string', 'Place in the log: opaque, of fixed width, sorts in the order of commits'],
    [
      '`type`, `schemaVersion`',
      'string, integer',
      'Which of the events below, and in which version it is told',
    ],
    ['`metadata.occurredAt`', 'string', 'When the command was handled; ISO 8601 instant, UTC'],
    ['`metadata.commandId`', 'string', 'The command that caused it'],
    ['`metadata.correlationId`', 'string', 'The command that began this chain of work'],
    [
      '`metadata.causationId`',
      'string | null',
      'The event that made a process send the command; null when a client sent it',
    ],
    ['`metadata.actor`', 'string', 'Who sent the command'],
    ['`metadata.tenantId`', 'string', '`default` for now'],
    ['`metadata.traceparent`', 'string | null', 'W3C trace context of the request it came of'],
    [
      '`metadata.erased`',
      'true',
      'What was personal in it has been erased, and what stands for that is in its place; absent otherwise',
    ],
  ],
)}`;
