import { expect, test } from 'vitest';
import { idleSettings } from '../../src/apps/config/idle-settings.js';
import { readConfig } from '../../src/apps/config.js';
import { ALL_ROLES, type Role } from '../../src/apps/roles.js';

const openai = { OPENAI_API_KEY: 'k', INFERENCE_PROVIDERS: 'rankCandidates=openai' };

test.each<[string, Record<string, string>, readonly Role[], string[]]>([
  [
    'suggestions of a worker that probes nothing',
    { MEDIAFLOW_METADATA_AT_INGESTION: 'accept', MEDIAFLOW_WORKER_KINDS: 'suggest' },
    ['worker'],
    ['MEDIAFLOW_METADATA_AT_INGESTION'],
  ],
  [
    'suggestions of one that does',
    { MEDIAFLOW_METADATA_AT_INGESTION: 'accept', MEDIAFLOW_WORKER_KINDS: 'probe' },
    ['worker'],
    [],
  ],
  [
    'suggestions of a process that takes no jobs',
    { MEDIAFLOW_METADATA_AT_INGESTION: 'accept', MEDIAFLOW_WORKER_KINDS: 'tag' },
    ['query'],
    [],
  ],
  ['suggestions of a process of all roles', { MEDIAFLOW_METADATA_AT_INGESTION: 'suggest' }, ALL_ROLES, []],
  [
    'an order of lists of a worker that makes none',
    { ...openai, MEDIAFLOW_RERANK: 'everybody', MEDIAFLOW_WORKER_KINDS: 'tag' },
    ['worker'],
    ['MEDIAFLOW_RERANK'],
  ],
  [
    'an experiment there',
    { MEDIAFLOW_EXPERIMENT: 'a:standard=1,plain=1', MEDIAFLOW_WORKER_KINDS: 'tag' },
    ['worker'],
    ['MEDIAFLOW_EXPERIMENT'],
  ],
  ['an order of lists by a provider', { ...openai, MEDIAFLOW_RERANK: 'everybody' }, ['worker'], []],
  [
    'an order of lists that only our own role inference could give',
    { MEDIAFLOW_RERANK: 'everybody', INFERENCE_URL: 'grpc://models:50051' },
    ['worker'],
    ['MEDIAFLOW_RERANK'],
  ],
  ['providers of a process that serves models alone', openai, ['inference'], ['INFERENCE_PROVIDERS']],
  ['nothing of a process that serves models alone', {}, ['inference'], []],
])('of %s what changes nothing is told', (_, env, roles, names) => {
  const told = idleSettings(readConfig(env), roles);
  expect(told.map((sentence) => sentence.split(' ')[0])).toEqual(names);
});
