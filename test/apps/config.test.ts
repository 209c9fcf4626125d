import { expect, test } from 'vitest';
import { readConfig, unreadVariables } from '../../src/apps/config.js';

const GOOD = 'a-key-of-16-chars';

test.each<[string, Record<string, string>, string]>([
  ['no number', { PORT: 'abc', HOST: '127.0.0.1' }, 'PORT: "abc" is no number'],
  ['too large', { PORT: '70000' }, 'PORT: "70000" may be 65535 at most'],
  [
    'no whole number',
    { MEDIAFLOW_KEEP_FAILED_DAYS: '1.5' },
    'MEDIAFLOW_KEEP_FAILED_DAYS: "1.5" is no whole number',
  ],
  ['not positive', { MEDIAFLOW_STALL_SECONDS: '0' }, 'MEDIAFLOW_STALL_SECONDS: "0" has to be more than 0'],
  ['none of those there are', { MEDIAFLOW_SANDBOX: 'fles' }, 'MEDIAFLOW_SANDBOX: "fles" is none of auto, '],
  [
    'an experiment that is written otherwise',
    { MEDIAFLOW_EXPERIMENT: 'autumn' },
    'MEDIAFLOW_EXPERIMENT: is written as NAME:VARIANT=PART,VARIANT=PART',
  ],
  [
    'an experiment with what there is not',
    { MEDIAFLOW_EXPERIMENT: 'autumn:standard=1,magic=1' },
    'MEDIAFLOW_EXPERIMENT: variants are standard, plain, reranked, diverse',
  ],
  [
    'lists to be put in order by nobody',
    { MEDIAFLOW_RERANK: 'everybody' },
    'MEDIAFLOW_RERANK: needs somebody who does it: INFERENCE_PROVIDERS with rankCandidates=openai, or INFERENCE_URL',
  ],
  [
    'a variant that nobody makes',
    { MEDIAFLOW_EXPERIMENT: 'autumn:standard=1,reranked=1' },
    'MEDIAFLOW_RERANK: variant and the variant reranked of MEDIAFLOW_EXPERIMENT need each other',
  ],
  [
    'a key that is too short, and the place of it',
    { MEDIAFLOW_API_KEYS: `${GOOD},short` },
    'MEDIAFLOW_API_KEYS, the 2nd of them: every key needs at least 16 characters',
  ],
  [
    'a way of signing in without who signs in',
    { KAFKA_BROKERS: 'kafka:9092', KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'somebody' },
    'KAFKA_SASL_MECHANISM: needs KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD',
  ],
  [
    'certificates of a Kafka that would be spoken to in the clear',
    { KAFKA_BROKERS: 'kafka:9092', KAFKA_TLS_CA_FILE: '/etc/kafka/ca.pem' },
    'KAFKA_TLS: has to be true for KAFKA_TLS_CA_FILE, KAFKA_TLS_CERT_FILE and KAFKA_TLS_KEY_FILE',
  ],
  [
    'a certificate without its key',
    { KAFKA_BROKERS: 'kafka:9092', KAFKA_TLS: 'true', KAFKA_TLS_CERT_FILE: '/etc/kafka/cert.pem' },
    'KAFKA_TLS_CERT_FILE: needs KAFKA_TLS_KEY_FILE, and that needs it',
  ],
  [
    'a protocol of traces that is not spoken here',
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    'OTEL_EXPORTER_OTLP_PROTOCOL: only http/protobuf is spoken here',
  ],
  [
    'an address of models that is none',
    { INFERENCE_URL: 'http://inference:50051' },
    'INFERENCE_URL: has to be like grpc://inference:50051, or grpcs:// for TLS',
  ],
  [
    'a provider that there is not',
    { INFERENCE_PROVIDERS: 'moderateFrames=local;tagFrames=somebody,local' },
    'INFERENCE_PROVIDERS: has to be like tagFrames=huggingface,local;moderateFrames=local,openai, and not tagFrames=somebody: ',
  ],
  [
    'a task that nobody knows',
    { INFERENCE_PROVIDERS: 'dream=local' },
    'INFERENCE_PROVIDERS: has to be like tagFrames=huggingface,local;moderateFrames=local,openai, and not dream=local: ',
  ],
  [
    'a task that no model at hand does',
    { INFERENCE_PROVIDERS: 'rankCandidates=local' },
    'INFERENCE_PROVIDERS: has to be like tagFrames=huggingface,local;moderateFrames=local,openai, and not rankCandidates=local: ',
  ],
  [
    'a provider without a key',
    { INFERENCE_PROVIDERS: 'moderateFrames=local,openai' },
    'INFERENCE_PROVIDERS: openai needs OPENAI_API_KEY',
  ],
  [
    'another provider without a token',
    { INFERENCE_PROVIDERS: 'tagFrames=huggingface,openai', OPENAI_API_KEY: 'sk-1' },
    'INFERENCE_PROVIDERS: huggingface needs HF_TOKEN',
  ],
  [
    'an allowance that is no number',
    { INFERENCE_ITEMS_A_DAY: 'openai=5,huggingface=many' },
    'INFERENCE_ITEMS_A_DAY, the 2nd of them: has to be like openai=5000,huggingface=2000',
  ],
  [
    'jobs that are to wait where nobody says',
    { MEDIAFLOW_JOBS: 'kafka' },
    'MEDIAFLOW_JOBS: kafka needs KAFKA_BROKERS',
  ],
])('what is wrong with a setting is told in words, with what was set: %s', (_, variables, sentence) => {
  expect(() => readConfig(variables)).toThrow(sentence);
});

test('what is wrong with a setting is told without what is secret in it', () => {
  const secret = 'hunter2-of-16-chars';
  const read = () =>
    readConfig({ DATABASE_URL: `mysql://user:${secret}@host/db`, MEDIAFLOW_API_KEYS: 'brief' });
  expect(read).toThrow(/DATABASE_URL: .+\n.+MEDIAFLOW_API_KEYS, the 1st of them: /);
  expect(read).not.toThrow(secret);
  expect(read).not.toThrow('brief');
});

test('jobs wait in Kafka once there are brokers, unless they are to wait in PostgreSQL', () => {
  const KAFKA_BROKERS = 'kafka:9092';
  expect(readConfig({}).kafka?.keepsJobs).toBeUndefined();
  expect(readConfig({ KAFKA_BROKERS }).kafka?.keepsJobs).toBe(true);
  expect(readConfig({ KAFKA_BROKERS, MEDIAFLOW_JOBS: 'postgres' }).kafka?.keepsJobs).toBe(false);
});

test('a key for models that is too short is not told', () => {
  expect(() => readConfig({ INFERENCE_KEY: 'hush' })).toThrow('INFERENCE_KEY: needs at least 16 characters');
});

test('providers are asked in the order named, the models at hand last, and alone where nobody is named', () => {
  const { providers } = readConfig({
    ...{ INFERENCE_PROVIDERS: ' tagFrames = huggingface , local ; moderateFrames=openai', HF_TOKEN: 'hf' },
    ...{ OPENAI_API_KEY: 'sk', INFERENCE_PRICES: 'facebook/detr-resnet-50=0.0002, m=1' },
  });
  expect(providers.order).toMatchObject({
    ...{ tagFrames: ['huggingface', 'local'], moderateFrames: ['openai', 'local'] },
  });
  expect(providers.prices).toEqual({ 'facebook/detr-resnet-50': 0.0002, m: 1 });
  expect(readConfig({}).providers.order).toMatchObject({ tagFrames: ['local'], moderateFrames: ['local'] });
});

test('variables that only look like ours are named, those of the command line and of others are not', () => {
  const variables = {
    ...{ MEDIAFLOW_REVIEW_AT: '0.4', MEDIAFLOW_DATABASE_URL: 'postgres://…', MEDIAFLOW_API_KEYS: GOOD },
    ...{ MEDIAFLOW_URL: 'http://127.0.0.1', MEDIAFLOW_API_KEY: GOOD, PATH: '/bin', PORT: '3000' },
  };
  expect(unreadVariables(variables)).toEqual(['MEDIAFLOW_REVIEW_AT', 'MEDIAFLOW_DATABASE_URL']);
});

test('what is wrong with the address of an EventStoreDB is told without its password', () => {
  const secret = 'hunter2-of-16-chars';
  for (const [url, sentence] of [
    [`http://admin:${secret}@host:2113`, 'has to be like esdb://'],
    [`esdb://admin:${secret}`, 'has to be like esdb://'],
    [`esdb://admin:${secret}@host:2113?tlsVerifyCert=false`, 'has an option that is none of'],
    [`esdb://admin:${secret}@host:2113?tls=true&passwd=${secret}`, 'has an option that is none of'],
  ] as const) {
    const read = () => readConfig({ EVENTSTOREDB_URL: url });
    expect(read).toThrow(`EVENTSTOREDB_URL: ${sentence}`);
    expect(read).not.toThrow(secret);
  }
});

test.for([
  'esdb://localhost:2113?tls=false',
  'esdb://admin:change%3Ait@a.example.com:2113,b.example.com,10.0.0.3:2113?tlsCAFile=/etc/ca.crt&nodePreference=leader',
  'esdb+discover://cluster.example.com/?keepAliveInterval=10000&maxDiscoverAttempts=5',
])('an EventStoreDB may be one node, several, or a name of all: %s', (url) => {
  expect(readConfig({ EVENTSTOREDB_URL: url }).eventStoreDbUrl).toBe(url);
});

test('traces go to the address that OpenTelemetry’s variables name, and nowhere without one or when they are off', () => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' };
  const urlOf = (variables: Record<string, string>) => readConfig(variables).tracing?.url;
  expect(urlOf(endpoint)).toBe('http://collector:4318/v1/traces');
  const whole = 'https://traces.example.com/in';
  expect(urlOf({ ...endpoint, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: whole })).toBe(whole);
  expect(urlOf({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_SERVICE_NAME: 'of a platform' })).toBeUndefined();
  expect(urlOf({ ...endpoint, OTEL_SDK_DISABLED: 'true' })).toBeUndefined();
  expect(urlOf({ ...endpoint, OTEL_TRACES_EXPORTER: 'none' })).toBeUndefined();
});

test('an experiment is what is tried on which part of the viewers', () => {
  const { recommender } = readConfig({ MEDIAFLOW_EXPERIMENT: 'autumn:standard=80,plain=20' });
  expect(recommender.experiment).toEqual({
    name: 'autumn',
    shares: [
      { variant: 'standard', part: 80 },
      { variant: 'plain', part: 20 },
    ],
  });
  expect(readConfig({ MEDIAFLOW_TRAINING_MINUTES: '0' }).recommender).toEqual({
    ...{ trainingSeconds: undefined, newActivityShare: 0.02, experiment: undefined },
    rerank: undefined,
  });
});

test('lists are put in order by whoever is named for it, and by nobody else where that fails', () => {
  const { recommender, providers } = readConfig({
    ...{ MEDIAFLOW_RERANK: 'variant', MEDIAFLOW_EXPERIMENT: 'order:standard=1,reranked=1' },
    ...{ INFERENCE_PROVIDERS: 'rankCandidates=openai', OPENAI_API_KEY: 'sk-1' },
  });
  expect(recommender.rerank).toEqual({ whose: 'variant', maximumCandidates: 20, deadlineSeconds: 2 });
  expect(providers.order).toMatchObject({ rankCandidates: ['openai'], tagFrames: ['local'] });
});
