import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import type { ProjectionStatus } from '../../core/projection-store.js';
import { EXIT } from './exit-codes.js';
import { CliFailure } from './failure.js';
import { rebuildLine } from './rebuild-line.js';
import { type ServerContext, serverCommand } from './server-command.js';
import { formatCount, formatInstant, formatPercent } from './terminal/format.js';
import type { CliIo } from './terminal/io.js';
import { printable, type Style } from './terminal/text.js';

const POLL_MILLISECONDS = 250;

const STYLES: Readonly<Record<ProjectionStatus['status'], Style>> = {
  live: 'green',
  catching_up: 'yellow',
  rebuilding: 'cyan',
  failed: 'red',
};

export const projectionsCommand = (io: CliIo): Command =>
  new Command('projections')
    .description('The views: how far they are, fill one anew')
    .addCommand(listCommand(io))
    .addCommand(rebuildCommand(io))
    .addCommand(cancelCommand(io));

const listCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('list').description('List the views'),
    async run({ client, output }: ServerContext) {
      const items = await client.projections();
      output.json({ items });
      output.table(items, [
        { title: 'NAME', value: ({ name }) => name },
        { title: 'VERSION', value: ({ version }) => String(version), align: 'right' },
        {
          title: 'STATUS',
          value: ({ status }) => status.replace('_', ' '),
          style: ({ status }) => STYLES[status],
        },
        {
          title: 'BEHIND',
          value: ({ lagEvents }) => (lagEvents === null ? '' : formatCount(lagEvents)),
          align: 'right',
        },
        {
          title: 'UPDATED',
          value: ({ updatedAt }) => formatInstant(updatedAt),
          style: () => 'dim',
          optional: true,
        },
        { title: '', value: remarkOn, flexible: true },
      ]);
    },
  });

function remarkOn({ failure, rebuild }: ProjectionStatus): string {
  if (failure)
    return printable(
      `${failure.eventType} at ${failure.position}, attempt ${failure.attempts}: ${failure.message}`,
    );
  if (!rebuild) return '';
  if (rebuild.active)
    return rebuild.fraction === null
      ? `being rebuilt, ${formatCount(rebuild.eventsApplied)} events so far`
      : `rebuilt to ${formatPercent(rebuild.fraction)}`;
  return printable(
    `a rebuild was stopped, resume or cancel it${rebuild.message ? `: ${rebuild.message}` : ''}`,
  );
}

interface RebuildOptions {
  readonly restart?: boolean;
  readonly wait: boolean;
}

const rebuildCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('rebuild')
      .description('Fill a view anew from the log; the old one is served until the new one is whole')
      .argument('<name>', 'name of the view')
      .option('--restart', 'begin again instead of going on with what a cancelled rebuild left')
      .option('--no-wait', 'come back as soon as it has begun'),
    onInterrupt: (typed) =>
      `The server goes on with the rebuild; ${typed('projections cancel NAME')} stops it.`,
    async run(context: ServerContext, { restart = false, wait }: RebuildOptions, name: string) {
      const { client, output, typed } = context;
      const startedAt = performance.now();
      const { version } = await client.startRebuild(name, restart ? 'restart' : 'resume');
      if (wait) await followRebuild(context, name);
      const seconds = Number(((performance.now() - startedAt) / 1000).toFixed(1));
      output.json(wait ? { name, version, rebuilt: true, seconds } : { name, version, rebuilt: false });
      if (wait) output.line(`${output.paint('green', '✓')} ${name} rebuilt in ${seconds} s`);
      else output.line(`The rebuild of ${name} has begun; ${typed('projections list')} shows how far it is.`);
    },
  });

/** Resolves when the new view is in its place. Throws when the rebuild stops before that. */
async function followRebuild({ client, output, typed, signal }: ServerContext, name: string): Promise<void> {
  for (;;) {
    const status = (await client.projections()).find((each) => each.name === name);
    const rebuild = status?.rebuild;
    if (!rebuild) return output.live([]);
    if (!rebuild.active) {
      const reason = rebuild.message ?? 'it was cancelled, or its server ended';
      throw new CliFailure(
        EXIT.failed,
        'rebuild_stopped',
        `The rebuild of ${name} stopped: ${reason}`,
        `${typed(`projections rebuild ${name}`)} goes on with it, ${typed(`projections cancel ${name}`)} throws it away.`,
      );
    }
    output.live([rebuildLine(name, rebuild, output.notePaint)]);
    await sleep(POLL_MILLISECONDS, undefined, { signal });
  }
}

const cancelCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('cancel')
      .description('Stop the rebuild of a view and throw away what is done of it')
      .argument('<name>', 'name of the view')
      .option('--keep', 'keep what is done, to be resumed'),
    async run(
      { client, output }: ServerContext,
      { keep = false }: { readonly keep?: boolean },
      name: string,
    ) {
      output.json(await client.cancelRebuild(name, keep));
      output.line(
        keep
          ? `The rebuild of ${name} is stopped and can be resumed.`
          : `There is no rebuild of ${name} any more.`,
      );
    },
  });
