import { z } from 'zod';
import { flag, type Read } from './values.js';

const SAMPLERS = [
  ...(['always_on', 'always_off', 'traceidratio'] as const),
  ...(['parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'] as const),
] as const;

const PROTOCOL = 'http/protobuf';

/** OpenTelemetry's own variables. The others that its SDK knows (`OTEL_BSP_…`, limits) work too. */
export const telemetryVariables = {
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'Where traces are sent, by OTLP over HTTP, such as `http://collector:4318`; without it there are none, and nothing of OpenTelemetry is loaded (docs/operations.md)',
    ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('The whole address for traces, where it is not `<endpoint>/v1/traces`'),
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .string()
    .default(PROTOCOL)
    .describe('The protocol: only `http/protobuf` is spoken here, which collectors take on port 4318'),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .optional()
    .describe('Headers for the receiver, `name=value` separated by commas: keys belong here'),
  OTEL_SERVICE_NAME: z.string().default('mediaflow').describe('Whose spans they are'),
  OTEL_RESOURCE_ATTRIBUTES: z
    .string()
    .optional()
    .describe('What else every span says of its process, `name=value` separated by commas'),
  OTEL_TRACES_SAMPLER: z
    .enum(SAMPLERS)
    .default('parentbased_always_on')
    .describe(
      'Which traces are collected; those that begin with a parent of ours or the client’s go by that',
    ),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('Share of traces that a sampler by ratio collects'),
  OTEL_TRACES_EXPORTER: z.enum(['otlp', 'none']).default('otlp').describe('`none` sends no traces'),
  OTEL_SDK_DISABLED: flag.describe('`true` sends nothing'),
};

export interface TracingConfig {
  /** The whole address. */
  readonly url: string;
  readonly serviceName: string;
  readonly sampler: (typeof SAMPLERS)[number];
  readonly samplerRatio: number;
}

/** Undefined where nobody collects traces. */
export function readTracing(env: Read<typeof telemetryVariables>): TracingConfig | undefined {
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const isOff = env.OTEL_SDK_DISABLED === 'true' || env.OTEL_TRACES_EXPORTER === 'none';
  if (endpoint === undefined || isOff) return undefined;
  return {
    url: env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    serviceName: env.OTEL_SERVICE_NAME,
    sampler: env.OTEL_TRACES_SAMPLER,
    samplerRatio: env.OTEL_TRACES_SAMPLER_ARG,
  };
}

/** Whether traces are wanted in a protocol that is spoken here; where none are, a platform may have set whatever it likes. */
export const speaksProtocol = (env: Read<typeof telemetryVariables>): boolean =>
  readTracing(env) === undefined || env.OTEL_EXPORTER_OTLP_PROTOCOL === PROTOCOL;
