import { z } from 'zod';
import type { Read } from './values.js';

const ADDRESS = /^grpcs?:\/\/([\w.-]+|\[[0-9a-fA-F:]+\]):\d{1,5}\/?$/;
const DEFAULT_PORT = 50_051;

/** Where models run: in the processes that need them, or in others that serve them over gRPC. */
export const inferenceVariables = {
  INFERENCE_URL: z
    .string()
    .regex(ADDRESS, 'has to be like grpc://inference:50051, or grpcs:// for TLS')
    .optional()
    .describe(
      'Where models are served (role `inference`), such as `grpc://inference:50051`, `grpcs:` for TLS; of a name with several addresses each gets its share. Without it they run in threads of the process that needs them',
    ),
  INFERENCE_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .optional()
    .describe(
      'Port on which the role `inference` serves models over gRPC, at the address `HOST` (default 50051); a process of all roles serves them only where this is set',
    ),
  INFERENCE_KEY: z
    .string()
    // No limit of length: what is wrong with one is told with what was set.
    .refine((key) => key.length >= 16, 'needs at least 16 characters')
    .optional()
    .describe(
      'What callers of the role `inference` have to bring, and what this process brings to `INFERENCE_URL`; without it everybody who reaches the port may ask',
    ),
  INFERENCE_MAXIMUM_CALLS: z.coerce
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(16)
    .describe(
      'Calls that the role `inference` has under way at once; of more each is told to come again (RESOURCE_EXHAUSTED), which our own processes do',
    ),
  INFERENCE_TLS_CERT_FILE: z
    .string()
    .optional()
    .describe('PEM file of the certificate of the role `inference`; without it it speaks in the clear'),
  INFERENCE_TLS_KEY_FILE: z.string().optional().describe('PEM file of its private key'),
  INFERENCE_TLS_CA_FILE: z
    .string()
    .optional()
    .describe(
      'PEM file of the authorities that signed the certificate at `INFERENCE_URL`; without it the system’s',
    ),
  INFERENCE_TLS_CLIENT_CA_FILE: z
    .string()
    .optional()
    .describe(
      'PEM file of the authorities that sign the certificates of clients of the role `inference`, which lets nobody else ask then',
    ),
  INFERENCE_TLS_CLIENT_CERT_FILE: z
    .string()
    .optional()
    .describe('PEM file of the certificate that this process shows at `INFERENCE_URL`'),
  INFERENCE_TLS_CLIENT_KEY_FILE: z.string().optional().describe('PEM file of its private key'),
};

interface PemPair {
  readonly certFile: string;
  readonly keyFile: string;
}

export interface InferenceConfig {
  /** Undefined where models run in the process that needs them. */
  readonly service:
    | {
        readonly target: string;
        readonly usesTls: boolean;
        readonly caFile: string | undefined;
        readonly pair: PemPair | undefined;
      }
    | undefined;
  /** Whether a process of all roles serves models. */
  readonly isServed: boolean;
  readonly port: number;
  readonly key: string | undefined;
  readonly maximumCalls: number;
  /** Paths of PEM files; undefined speaks in the clear. */
  readonly tls: (PemPair & { readonly clientCaFile: string | undefined }) | undefined;
}

export function readInference(env: Read<typeof inferenceVariables>): InferenceConfig {
  const { INFERENCE_TLS_CERT_FILE: certFile, INFERENCE_TLS_KEY_FILE: keyFile } = env;
  const url = env.INFERENCE_URL;
  return {
    service: url === undefined ? undefined : serviceAt(url, env),
    isServed: env.INFERENCE_PORT !== undefined,
    port: env.INFERENCE_PORT ?? DEFAULT_PORT,
    key: env.INFERENCE_KEY,
    maximumCalls: env.INFERENCE_MAXIMUM_CALLS,
    tls:
      certFile && keyFile ? { certFile, keyFile, clientCaFile: env.INFERENCE_TLS_CLIENT_CA_FILE } : undefined,
  };
}

function serviceAt(url: string, env: Read<typeof inferenceVariables>): InferenceConfig['service'] {
  const { INFERENCE_TLS_CLIENT_CERT_FILE: certFile, INFERENCE_TLS_CLIENT_KEY_FILE: keyFile } = env;
  return {
    target: `dns:${url.replace(/^grpcs?:\/\//, '').replace(/\/$/, '')}`,
    usesTls: url.startsWith('grpcs:'),
    caFile: env.INFERENCE_TLS_CA_FILE,
    pair: certFile && keyFile ? { certFile, keyFile } : undefined,
  };
}

/** Whether a certificate comes with its key, if there is one. */
export const hasBothOfInferencePair = (env: Read<typeof inferenceVariables>): boolean =>
  Boolean(env.INFERENCE_TLS_CERT_FILE) === Boolean(env.INFERENCE_TLS_KEY_FILE);

/** The same of what is shown by a client, who has to speak TLS to show it. */
export const hasBothOfClientPair = (env: Read<typeof inferenceVariables>): boolean =>
  Boolean(env.INFERENCE_TLS_CLIENT_CERT_FILE) === Boolean(env.INFERENCE_TLS_CLIENT_KEY_FILE) &&
  (!env.INFERENCE_TLS_CLIENT_CERT_FILE || env.INFERENCE_URL?.startsWith('grpcs:') === true);

/** Whether clients are asked who they are in TLS, and not in the clear. */
export const asksInTls = (env: Read<typeof inferenceVariables>): boolean =>
  !env.INFERENCE_TLS_CLIENT_CA_FILE || Boolean(env.INFERENCE_TLS_CERT_FILE);
