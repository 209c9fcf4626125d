import { z } from 'zod';
import { type AccessConfig, accessVariables, opensToAll, readAccess } from './config/access.js';
import { type HotViewConfig, hotViewVariables, readHotViews } from './config/hot-views.js';
import {
  asksInTls,
  hasBothOfClientPair,
  hasBothOfInferencePair,
  type InferenceConfig,
  inferenceVariables,
  readInference,
} from './config/inference.js';
import {
  findsJobs,
  hasBothOfPair,
  type KafkaConfig,
  kafkaVariables,
  readKafka,
  signsIn,
  usesCertificates,
} from './config/kafka.js';
import { type LiveConfig, liveVariables, readLive } from './config/live.js';
import { type MetadataConfig, metadataVariables, readMetadata } from './config/metadata.js';
import {
  hasOnePolicy,
  type ModerationConfig,
  moderationVariables,
  readModeration,
} from './config/moderation.js';
import {
  hasKeyOf,
  type ProviderConfig,
  providerVariables,
  ranksLists,
  readProviders,
} from './config/providers.js';
import { type PullConfig, pullVariables, readPulls } from './config/pulls.js';
import {
  type RecommenderConfig,
  readRecommender,
  recommenderVariables,
  triesWhatIsDone,
} from './config/recommender.js';
import { type RetentionConfig, readRetention, retentionVariables } from './config/retention.js';
import { readServer, type ServerConfig, serverVariables } from './config/server.js';
import { readStorage, type StorageConfig, storageVariables } from './config/storage.js';
import { readTracing, speaksProtocol, type TracingConfig, telemetryVariables } from './config/telemetry.js';
import { readTools, type ToolConfig, toolVariables } from './config/tools.js';
import { readUploads, type UploadConfig, uploadVariables } from './config/uploads.js';
import { readWorker, type WorkerConfig, workerVariables } from './config/worker.js';
import { sentenceOf } from './schema-sentences.js';

/** The variables the server reads; the descriptions become `docs/configuration.md`. */
export const environmentSchema = z.object({
  ...serverVariables,
  ...storageVariables,
  ...accessVariables,
  ...hotViewVariables,
  ...uploadVariables,
  ...pullVariables,
  ...toolVariables,
  ...moderationVariables,
  ...metadataVariables,
  ...recommenderVariables,
  ...liveVariables,
  ...retentionVariables,
  ...kafkaVariables,
  ...workerVariables,
  ...inferenceVariables,
  ...providerVariables,
  ...telemetryVariables,
  MEDIAFLOW_LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Least severity that is logged'),
});

const checkedEnvironment = environmentSchema
  .refine((env) => !opensToAll(env), {
    path: ['MEDIAFLOW_CORS_ORIGINS'],
    error: '* without MEDIAFLOW_API_KEYS would make every page an operator: name the origins, or set keys',
  })
  .refine(signsIn, {
    path: ['KAFKA_SASL_MECHANISM'],
    error: 'needs KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD',
  })
  .refine(usesCertificates, {
    path: ['KAFKA_TLS'],
    error: 'has to be true for KAFKA_TLS_CA_FILE, KAFKA_TLS_CERT_FILE and KAFKA_TLS_KEY_FILE',
  })
  .refine(hasBothOfPair, {
    path: ['KAFKA_TLS_CERT_FILE'],
    error: 'needs KAFKA_TLS_KEY_FILE, and that needs it',
  })
  .refine(hasOnePolicy, {
    path: ['MEDIAFLOW_MODERATION_POLICY_FILE'],
    error:
      'says everything: take away the other MEDIAFLOW_MODERATION variables, which are of the built-in policy',
  })
  .refine(speaksProtocol, {
    path: ['OTEL_EXPORTER_OTLP_PROTOCOL'],
    error: 'only http/protobuf is spoken here',
  })
  .refine((env) => hasKeyOf('openai', env), {
    path: ['INFERENCE_PROVIDERS'],
    error: 'openai needs OPENAI_API_KEY',
  })
  .refine((env) => hasKeyOf('huggingface', env), {
    path: ['INFERENCE_PROVIDERS'],
    error: 'huggingface needs HF_TOKEN',
  })
  .refine(hasBothOfInferencePair, {
    path: ['INFERENCE_TLS_CERT_FILE'],
    error: 'needs INFERENCE_TLS_KEY_FILE, and that needs it',
  })
  .refine(hasBothOfClientPair, {
    path: ['INFERENCE_TLS_CLIENT_CERT_FILE'],
    error:
      'needs INFERENCE_TLS_CLIENT_KEY_FILE, which needs it, and an INFERENCE_URL that begins with grpcs:',
  })
  .refine(asksInTls, {
    path: ['INFERENCE_TLS_CLIENT_CA_FILE'],
    error: 'needs INFERENCE_TLS_CERT_FILE: in the clear nobody shows a certificate',
  })
  .refine((env) => env.MEDIAFLOW_RERANK === 'off' || ranksLists(env) || env.INFERENCE_URL, {
    path: ['MEDIAFLOW_RERANK'],
    error: 'needs somebody who does it: INFERENCE_PROVIDERS with rankCandidates=openai, or INFERENCE_URL',
  })
  .refine(triesWhatIsDone, {
    path: ['MEDIAFLOW_RERANK'],
    error: 'variant and the variant reranked of MEDIAFLOW_EXPERIMENT need each other',
  })
  .refine((env) => env.MEDIAFLOW_FRAMES === 'postgres' || env.KAFKA_BROKERS.length > 0, {
    path: ['MEDIAFLOW_FRAMES'],
    error: 'kafka needs KAFKA_BROKERS',
  })
  .refine(findsJobs, { path: ['MEDIAFLOW_JOBS'], error: 'kafka needs KAFKA_BROKERS' });

const readableByClients = checkedEnvironment
  .refine((env) => env.MEDIAFLOW_MIGRATE_AT_START === 'true' || env.DATABASE_URL, {
    path: ['MEDIAFLOW_MIGRATE_AT_START'],
    error: 'false needs DATABASE_URL: nobody else can bring the embedded database up to date',
  })
  .refine((env) => env.DATABASE_DIRECT_URL === undefined || env.DATABASE_URL, {
    path: ['DATABASE_DIRECT_URL'],
    error: 'needs DATABASE_URL, which is the way through the pooler',
  })
  .refine((env) => env.MEDIAFLOW_DELIVERY === 'serve' || env.S3_BUCKET, {
    path: ['MEDIAFLOW_DELIVERY'],
    error: 'redirect needs S3_BUCKET: clients cannot read the data folder',
  });

/** Everything the environment decides, read and checked once. */
export interface Config extends ServerConfig, StorageConfig, AccessConfig, WorkerConfig {
  /** Undefined means that nothing is shared but through the database. */
  readonly redisUrl: string | undefined;
  readonly hotViews: HotViewConfig;
  readonly uploads: UploadConfig;
  readonly pulls: PullConfig;
  readonly tools: ToolConfig;
  readonly metadata: MetadataConfig;
  readonly inference: InferenceConfig;
  readonly providers: ProviderConfig;
  readonly recommender: RecommenderConfig;
  readonly moderation: ModerationConfig;
  readonly live: LiveConfig;
  readonly retention: RetentionConfig;
  /** Undefined where there is no Kafka. */
  readonly kafka: KafkaConfig | undefined;
  /** Undefined where nobody collects traces. */
  readonly tracing: TracingConfig | undefined;
  readonly logLevel: string;
}

/** Throws an Error that names every variable that is wrong, and how. */
export function readConfig(variables: Readonly<Record<string, string | undefined>>): Config {
  // `PORT=` in a shell or an env file means "not set".
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = readableByClients.safeParse(given, { error: sentenceOf });
  if (!parsed.success)
    throw new Error(
      `The configuration is wrong:\n${parsed.error.issues
        .map((issue) => `  ${problemOf(issue, given)}`)
        .join('\n')}`,
    );
  const env = parsed.data;
  return {
    ...readServer(env),
    ...readStorage(env),
    ...readAccess(env, env.HOST),
    redisUrl: env.REDIS_URL,
    ...readWorker(env),
    hotViews: readHotViews(env),
    uploads: readUploads(env),
    pulls: readPulls(env),
    tools: readTools(env),
    metadata: readMetadata(env),
    inference: readInference(env),
    providers: readProviders(env),
    moderation: readModeration(env),
    recommender: readRecommender(env),
    live: readLive(env),
    retention: readRetention(env),
    kafka: readKafka(env),
    tracing: readTracing(env),
    logLevel: env.MEDIAFLOW_LOG_LEVEL,
  };
}

const OF_THE_COMMAND_LINE = ['MEDIAFLOW_URL', 'MEDIAFLOW_API_KEY'];

/** Names that look like ours and that nobody reads: mistyped, or of another release. */
export const unreadVariables = (variables: Readonly<Record<string, string | undefined>>): string[] =>
  Object.keys(variables).filter(
    (name) =>
      name.startsWith('MEDIAFLOW_') &&
      !(name in environmentSchema.shape) &&
      !OF_THE_COMMAND_LINE.includes(name),
  );

/** Which variable is wrong, and how; of a list also which of its entries, counted as people do. */
function problemOf(issue: z.core.$ZodIssue, given: Readonly<Record<string, string | undefined>>): string {
  const [name, index] = issue.path;
  const place =
    typeof index === 'number' ? `${String(name)}, the ${ordinal(index + 1)} of them` : String(name);
  // Neither keys nor the database's password are among these.
  const isPlain =
    index === undefined && ['invalid_type', 'too_big', 'too_small', 'invalid_value'].includes(issue.code);
  return `${place}: ${isPlain ? `${JSON.stringify(given[String(name)])} ` : ''}${issue.message}`;
}

const ordinal = (place: number): string => {
  const ending = new Intl.PluralRules('en', { type: 'ordinal' }).select(place);
  return `${place}${{ one: 'st', two: 'nd', few: 'rd' }[ending as string] ?? 'th'}`;
};
