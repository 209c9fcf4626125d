import { Command } from 'commander';
import { type ServerContext, serverCommand } from './server-command.js';
import type { CliIo } from './terminal/io.js';
import { printable } from './terminal/text.js';

interface UsageOptions {
  readonly from?: string;
  readonly to?: string;
}

export const usageCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('usage')
      .description('Show what providers of models were asked for, by day, and what it cost')
      .option('--from <day>', 'first day, such as 2026-11-01 (default 29 days before the last)')
      .option('--to <day>', 'last day (default today, UTC)'),
    async run({ client, output }: ServerContext, { from, to }: UsageOptions) {
      const usage = await client.usage({ from, to });
      output.json(usage);
      if (usage.items.length === 0) {
        output.note(`No provider was asked for anything from ${usage.from} to ${usage.to}.`);
        return;
      }
      output.table(usage.items, [
        { title: 'DAY', value: ({ day }) => day },
        { title: 'PROVIDER', value: ({ provider }) => printable(provider), style: () => 'bold' },
        { title: 'MODEL', value: ({ model }) => printable(model), flexible: true },
        { title: 'TASK', value: ({ task }) => printable(task) },
        { title: 'REQUESTS', value: ({ requests }) => String(requests), align: 'right' },
        { title: 'ITEMS', value: ({ items }) => String(items), align: 'right' },
        {
          title: 'TOKENS',
          value: ({ inputTokens, outputTokens }) => `${inputTokens} + ${outputTokens}`,
          align: 'right',
          optional: true,
        },
        { title: 'COST', value: ({ cost }) => String(cost), align: 'right' },
      ]);
      output.note(`${usage.total.requests} requests, ${usage.total.items} items, cost ${usage.total.cost}`);
    },
  });
