import { Command, Option } from 'commander';
import type { Job } from './answers.js';
import { limitOption } from './counts.js';
import { STEP_MARKS } from './describe-item.js';
import { type ServerContext, serverCommand } from './server-command.js';
import { formatInstant, formatPercent } from './terminal/format.js';
import type { CliIo } from './terminal/io.js';
import { printable } from './terminal/text.js';

interface JobsOptions {
  readonly status?: string;
  readonly kind?: string;
  readonly limit: number;
}

export const jobsCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('jobs')
      .description('List the pieces of work, last changed first: how far each is, what went wrong')
      .addOption(new Option('--status <status>', 'only this status').choices(Object.keys(STEP_MARKS)))
      .option('--kind <kind>', 'only this kind of job, such as transcode')
      .addOption(limitOption(500, 50)),
    async run({ client, output }: ServerContext, { status, kind, limit }: JobsOptions) {
      const items = await client.jobs({ limit, ...(status ? { status } : {}), ...(kind ? { kind } : {}) });
      output.json({ items });
      if (items.length === 0) output.note('There are no such jobs.');
      else
        output.table(items, [
          { title: 'ABOUT', value: ({ subjectId }) => printable(subjectId) },
          { title: 'KIND', value: (job) => printable(job.kind), style: () => 'bold' },
          { title: 'STATUS', value: statusOf, style: (job) => STEP_MARKS[job.status]?.[1] },
          {
            title: 'ATTEMPT',
            value: ({ attempt }) => (attempt === 0 ? '' : String(attempt)),
            align: 'right',
          },
          {
            title: 'CHANGED',
            value: (job) => formatInstant(job.updatedAt),
            style: () => 'dim',
            optional: true,
          },
          { title: 'ERROR', value: ({ error }) => printable(error?.message ?? ''), flexible: true },
        ]);
    },
  });

const statusOf = ({ status, fraction }: Job): string =>
  status === 'running' && fraction ? `running ${formatPercent(fraction)}` : status.replaceAll('_', ' ');
