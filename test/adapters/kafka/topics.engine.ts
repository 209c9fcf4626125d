import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { openClient } from '../../../src/adapters/kafka/connection/open-client.js';
import { openTopicAdmin, type TopicAdmin } from '../../../src/adapters/kafka/topics/topic-admin.js';
import { topicName, topicTable } from '../../../src/adapters/kafka/topics/topic-table.js';
import { silentLogger } from '../../../src/core/logger.js';
import { jobKinds } from '../../../src/domain/jobs.js';
import { startCli } from '../../apps/cli/support/run-cli.js';
import { engine } from '../../support/engines.js';
import { deleteTopics } from '../../support/kafka-topics.js';

const settings = { brokers: engine('kafka').KAFKA_BROKERS.split(','), clientId: 'test' };
const prefixes: string[] = [];
const opened: TopicAdmin[] = [];
let prefix = '';
beforeEach(() => {
  prefix = `test-${randomUUID()}`;
  prefixes.push(prefix);
});
afterAll(async () => {
  await Promise.all(opened.map(({ close }) => close()));
  for (const each of prefixes) await deleteTopics(settings, each);
});

async function open(): Promise<TopicAdmin> {
  const admin = await openTopicAdmin({
    settings,
    prefix,
    topics: topicTable(jobKinds),
    logger: silentLogger,
  });
  opened.push(admin);
  return admin;
}

const names = () => topicTable(jobKinds).map(({ name }) => topicName(prefix, name));

test('topics are made as the table says, once, by whoever comes first', async () => {
  const admin = await open();
  expect(await admin.check()).toEqual(names().map((topic) => ({ topic, state: 'missing', differences: [] })));
  await Promise.all([admin.create(), (await open()).create()]);
  expect(await admin.check()).toEqual(names().map((topic) => ({ topic, state: 'right', differences: [] })));
  expect(await admin.create()).toEqual([]);
});

test('a topic that is not as the table says is left as it is, with what differs told', async () => {
  const [topic = '', ...others] = names();
  const { client, close } = await openClient({
    ...{ settings, logger: silentLogger },
    make: (kafka) => kafka.admin(),
  });
  const configEntries = [{ name: 'cleanup.policy', value: 'compact' }];
  await client.createTopics({
    waitForLeaders: false,
    topics: [{ topic, numPartitions: 1, configEntries }],
  });
  await expect.poll(() => client.listTopics()).toContain(topic);
  await close();
  const admin = await open();
  expect(await admin.create()).toEqual(others);
  expect((await admin.check())[0]).toEqual({
    topic,
    state: 'different',
    differences: [
      'partitions: 1 instead of 12',
      'cleanup.policy: compact instead of delete',
      'max.message.bytes: 1048588 instead of 8388608',
    ],
  });
});

test('the command line makes and checks topics, and scripts can tell from its exit code', async () => {
  const env = { KAFKA_BROKERS: settings.brokers.join(','), KAFKA_TOPIC_PREFIX: prefix };
  const run = (...words: string[]) => startCli(['topics', ...words], env).done;
  expect(await run('check')).toMatchObject({
    exitCode: 1,
    stdout: expect.stringMatching(/^missing {3}test-/),
  });
  expect(await run('create')).toMatchObject({
    exitCode: 0,
    stdout: names()
      .map((name) => `made ${name}\n`)
      .join(''),
  });
  const { exitCode, stdout } = await run('check', '--json');
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    topics: names().map((topic) => ({ topic, state: 'right', differences: [] })),
  });
});
