import { expect, test } from 'vitest';
import { startCli } from './support/run-cli.js';

const check = (env: Readonly<Record<string, string>>) => startCli(['topics', 'check', '--json'], env).done;
const codeOf = (stderr: string) => JSON.parse(stderr).error.code;

test('topics without brokers are wrong usage', async () => {
  const { exitCode, stderr } = await check({});
  expect([exitCode, codeOf(stderr)]).toEqual([2, 'kafka_not_configured']);
});

test('brokers that are not named as they have to be are wrong usage', async () => {
  const { exitCode, stderr } = await check({ KAFKA_BROKERS: 'kafka' });
  expect([exitCode, codeOf(stderr)]).toEqual([2, 'usage']);
  expect(stderr).toContain('KAFKA_BROKERS, the 1st of them: a broker is like kafka.example.com:9092');
});

test('brokers that cannot be reached are told so', async () => {
  const { exitCode, stderr } = await check({ KAFKA_BROKERS: '127.0.0.1:1' });
  expect([exitCode, codeOf(stderr)]).toEqual([3, 'kafka_unavailable']);
}, 30_000);
