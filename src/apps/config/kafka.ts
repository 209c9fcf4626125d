import { z } from 'zod';
import { SASL_MECHANISMS, type SaslMechanism } from '../../adapters/kafka/connection/settings.js';
import { flag, list, type Read } from './values.js';

/** The Kafka cluster that events go out to, and in which jobs wait. */
export const kafkaVariables = {
  KAFKA_BROKERS: list
    .pipe(z.array(z.string().regex(/^[^\s:/]+:\d{1,5}$/, 'a broker is like kafka.example.com:9092')))
    .describe(
      'Brokers of a Kafka cluster, `host:port` separated by commas; once set, the role `relay` publishes every event there, and jobs wait there (docs/operations.md)',
    ),
  KAFKA_CLIENT_ID: z.string().min(1).default('mediaflow').describe('The name brokers log and limit us by'),
  KAFKA_TLS: flag.describe('Whether brokers are spoken to over TLS'),
  KAFKA_TLS_CA_FILE: z
    .string()
    .optional()
    .describe('PEM file of the authorities that signed the brokers’ certificates; without it the system’s'),
  KAFKA_TLS_CERT_FILE: z.string().optional().describe('PEM file of our own certificate, for mutual TLS'),
  KAFKA_TLS_KEY_FILE: z.string().optional().describe('PEM file of its private key'),
  KAFKA_SASL_MECHANISM: z
    .enum(SASL_MECHANISMS)
    .optional()
    .describe('How we sign in; needs the two variables below'),
  KAFKA_SASL_USERNAME: z.string().optional().describe('Who signs in'),
  KAFKA_SASL_PASSWORD: z.string().optional().describe('With what password'),
  KAFKA_TOPIC_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$/, 'a prefix has letters, digits, dots, - and _')
    .default('mediaflow')
    .describe('What names of topics begin with, so that several installations share a cluster'),
  KAFKA_REPLICATION: z.coerce
    .number()
    .int()
    .min(1)
    .max(9)
    .optional()
    .describe(
      'Copies of each topic that `mediaflow topics create` makes (default 3, or as many as there are brokers)',
    ),
  MEDIAFLOW_JOBS: z
    .enum(['kafka', 'postgres'])
    .optional()
    .describe(
      'Where jobs wait until a worker has room for them; without it `kafka` where there is KAFKA_BROKERS, else `postgres` (docs/operations.md)',
    ),
  MEDIAFLOW_RELAY_PERSONAL: flag.describe(
    'Whether what is personal goes out to Kafka, where no erasure reaches it before its topic lets go of it (docs/operations.md)',
  ),
};

export interface KafkaConfig {
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** Paths of PEM files; undefined speaks without TLS. */
  readonly tls?: { readonly caFile?: string; readonly certFile?: string; readonly keyFile?: string };
  readonly sasl?: {
    readonly mechanism: SaslMechanism;
    readonly username: string;
    readonly password: string;
  };
  readonly topicPrefix: string;
  readonly replication?: number;
  /** Whether jobs wait there. */
  readonly keepsJobs: boolean;
  /** Whether titles, file names and user ids are published. */
  readonly publishesPersonal: boolean;
}

/** Undefined where there is no Kafka. */
export function readKafka(env: Read<typeof kafkaVariables>): KafkaConfig | undefined {
  if (env.KAFKA_BROKERS.length === 0) return undefined;
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_TLS_CA_FILE, KAFKA_TLS_CERT_FILE, KAFKA_TLS_KEY_FILE } = env;
  return {
    brokers: env.KAFKA_BROKERS,
    clientId: env.KAFKA_CLIENT_ID,
    ...(env.KAFKA_TLS === 'true' && {
      tls: {
        ...(KAFKA_TLS_CA_FILE && { caFile: KAFKA_TLS_CA_FILE }),
        ...(KAFKA_TLS_CERT_FILE && { certFile: KAFKA_TLS_CERT_FILE }),
        ...(KAFKA_TLS_KEY_FILE && { keyFile: KAFKA_TLS_KEY_FILE }),
      },
    }),
    ...(mechanism && {
      sasl: { mechanism, username: env.KAFKA_SASL_USERNAME ?? '', password: env.KAFKA_SASL_PASSWORD ?? '' },
    }),
    topicPrefix: env.KAFKA_TOPIC_PREFIX,
    keepsJobs: env.MEDIAFLOW_JOBS !== 'postgres',
    publishesPersonal: env.MEDIAFLOW_RELAY_PERSONAL === 'true',
    ...(env.KAFKA_REPLICATION !== undefined && { replication: env.KAFKA_REPLICATION }),
  };
}

/** Whether a way of signing in comes with what it takes. */
export const signsIn = (env: Read<typeof kafkaVariables>): boolean =>
  !env.KAFKA_SASL_MECHANISM || Boolean(env.KAFKA_SASL_USERNAME && env.KAFKA_SASL_PASSWORD);

/** Whether certificates that are named are of use: without TLS a password would go out in the clear beside them. */
export const usesCertificates = (env: Read<typeof kafkaVariables>): boolean =>
  env.KAFKA_TLS === 'true' || !(env.KAFKA_TLS_CA_FILE || env.KAFKA_TLS_CERT_FILE || env.KAFKA_TLS_KEY_FILE);

/** Whether our own certificate comes with its key, if there is one. */
export const hasBothOfPair = (env: Read<typeof kafkaVariables>): boolean =>
  Boolean(env.KAFKA_TLS_CERT_FILE) === Boolean(env.KAFKA_TLS_KEY_FILE);

/** Whether it is said where jobs are to wait, if they are to wait in Kafka. */
export const findsJobs = (env: Read<typeof kafkaVariables>): boolean =>
  env.MEDIAFLOW_JOBS !== 'kafka' || env.KAFKA_BROKERS.length > 0;
