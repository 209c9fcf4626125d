import { Command } from 'commander';
import type { TopicAdmin, TopicFinding } from '../../adapters/kafka/topics/topic-admin.js';
import { MediaFlowError } from '../../core/errors.js';
import { silentLogger } from '../../core/logger.js';
import { jobKinds } from '../../domain/jobs.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { CliFailure } from './failure.js';
import { ownConfig } from './own-config.js';
import { SilentExit } from './server-command.js';
import type { CliIo } from './terminal/io.js';
import { createOutput, type Output } from './terminal/output.js';

export const topicsCommand = (io: CliIo): Command =>
  new Command('topics')
    .description('The topics of Kafka, as KAFKA_BROKERS and its like say (docs/kafka-topics.md)')
    .addCommand(topicCommand(io, new Command('create').description('Make those that are missing'), create))
    .addCommand(
      topicCommand(io, new Command('check').description('Compare those there are with the table'), check),
    );

type Run = (admin: TopicAdmin, output: Output) => Promise<ExitCode>;

const create: Run = async (admin, output) => {
  const made = await admin.create();
  for (const topic of made) output.line(`made ${topic}`);
  if (made.length === 0) output.note('Nothing to do: all topics are there.');
  const findings = await admin.check();
  output.json({ made, topics: findings });
  return tell(
    findings.filter(({ state }) => state !== 'right'),
    output,
  );
};

const check: Run = async (admin, output) => {
  const findings = await admin.check();
  output.json({ topics: findings });
  return tell(findings, output);
};

function tell(findings: readonly TopicFinding[], output: Output): ExitCode {
  for (const { topic, state, differences } of findings) {
    output.line(`${state.padEnd(9)} ${topic}`);
    for (const difference of differences) output.line(`          ${difference}`);
  }
  return findings.every(({ state }) => state === 'right') ? EXIT.ok : EXIT.failed;
}

/** A command that speaks to Kafka itself: no server has to run. */
const topicCommand = (io: CliIo, command: Command, run: Run): Command =>
  command.option('--json', 'print JSON, for scripts; errors too, on stderr').action(async () => {
    const output = createOutput(io, { json: command.opts<{ json?: boolean }>().json ?? false });
    const exitCode = await withAdmin(io, (admin) => run(admin, output)).catch((error: unknown) => {
      const failure = failureOf(error);
      output.failure(failure);
      return failure.exitCode;
    });
    if (exitCode !== EXIT.ok) throw new SilentExit(exitCode);
  });

async function withAdmin(io: CliIo, run: (admin: TopicAdmin) => Promise<ExitCode>): Promise<ExitCode> {
  const { kafka } = ownConfig(io.env);
  if (!kafka)
    throw new CliFailure(
      EXIT.usage,
      'kafka_not_configured',
      'Nobody says where Kafka is.',
      'Set KAFKA_BROKERS, such as kafka.example.com:9092.',
    );
  const [{ openTopicAdmin }, { topicTable }, { kafkaSettings }] = await Promise.all([
    import('../../adapters/kafka/topics/topic-admin.js'),
    import('../../adapters/kafka/topics/topic-table.js'),
    import('../wire/kafka-settings.js'),
  ]);
  const admin = await openTopicAdmin({
    settings: await kafkaSettings(kafka),
    prefix: kafka.topicPrefix,
    topics: topicTable(kafka.keepsJobs ? jobKinds : []),
    replication: kafka.replication,
    logger: silentLogger,
  });
  try {
    return await run(admin);
  } finally {
    await admin.close();
  }
}

function failureOf(error: unknown): CliFailure {
  if (error instanceof CliFailure) return error;
  if (!(error instanceof MediaFlowError)) throw error;
  return new CliFailure(EXIT.unreachable, error.code, error.message, 'Does it run, and may we use it?');
}
