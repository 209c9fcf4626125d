import { setTimeout as sleep } from 'node:timers/promises';
import { Command, Option } from 'commander';
import { type ListType, listTypes } from '../../core/list-type.js';
import type { RecommendationList } from './answers.js';
import { countUpTo, limitOption } from './counts.js';
import { EXIT } from './exit-codes.js';
import { CliFailure, type ServersCode } from './failure.js';
import { type ServerContext, serverCommand } from './server-command.js';
import type { CliIo } from './terminal/io.js';
import { printable } from './terminal/text.js';

const POLL_MILLISECONDS = 150;

interface RecommendOptions {
  readonly genre?: string;
  readonly type?: ListType;
  readonly limit: number;
  readonly timeout: number;
}

export const recommendCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('recommend')
      .description('Ask what a viewer should see next, and why')
      .argument('<user>', 'id of the viewer')
      .option('--genre <tag>', 'only items with this tag')
      .addOption(
        new Option(
          '--type <type>',
          'only this kind of media, or any (default: what they care for most)',
        ).choices(listTypes),
      )
      .addOption(limitOption(100, 20))
      .option('--timeout <seconds>', 'how long to wait for the answer', countUpTo(), 30),
    async run(context: ServerContext, options: RecommendOptions, userId: string) {
      const { output } = context;
      const list = await requestList(context, options, userId);
      output.json(list);
      if (list.items.length === 0) output.note(`There is nothing to recommend to ${userId} yet.`);
      else
        output.table(list.items, [
          { title: 'TITLE', value: ({ title }) => printable(title), style: () => 'bold', flexible: true },
          { title: 'WHY', value: ({ reason }) => printable(reason), flexible: true },
          { title: 'SCORE', value: ({ score }) => score.toFixed(2), align: 'right', style: () => 'dim' },
          { title: 'ID', value: ({ mediaId }) => mediaId, style: () => 'dim' },
        ]);
    },
  });

async function requestList(
  { client, typed, signal }: ServerContext,
  { genre, type: asked, limit, timeout }: RecommendOptions,
  userId: string,
): Promise<RecommendationList> {
  const { requestId, position } = await client.requestRecommendations({
    userId,
    limit,
    ...(genre ? { genre } : {}),
    ...(asked ? { type: asked } : {}),
  });
  const deadline = performance.now() + timeout * 1000;
  while (performance.now() < deadline) {
    const { status, endedAt, items, type, ranking, failure } = await client.recommendationRequest(
      requestId,
      position,
    );
    if (status === 'done') return { userId, items, type, generatedAt: endedAt, requestId, ranking };
    if (status === 'failed')
      throw new CliFailure(
        EXIT.failed,
        failure ? (failure.code as ServersCode) : 'failed',
        `There is no list for ${userId}: ${failure?.message}`,
        `${typed('dead-letters list --kind recommend')} shows the job, which can be replayed.`,
      );
    await sleep(POLL_MILLISECONDS, undefined, { signal });
  }
  throw new CliFailure(
    EXIT.failed,
    'no_answer',
    `No list for ${userId} within ${timeout} s.`,
    'The request is kept and will be answered: is a worker running?',
  );
}
