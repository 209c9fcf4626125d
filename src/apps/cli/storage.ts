import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import type { StorageFindings, StorageReport } from '../../core/storage-report.js';
import { EXIT } from './exit-codes.js';
import { CliFailure } from './failure.js';
import { type ServerContext, serverCommand } from './server-command.js';
import { formatBytes, formatCount } from './terminal/format.js';
import type { CliIo } from './terminal/io.js';
import type { Output } from './terminal/output.js';
import { printable } from './terminal/text.js';

const POLL_MILLISECONDS = 250;

export const storageCommand = (io: CliIo): Command =>
  new Command('storage').description('The stored files').addCommand(checkCommand(io));

const checkCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('check')
      .description('Compare the stored files with history: what nothing names any more, what is missing')
      .option('--remove', 'remove what nothing names any more'),
    onInterrupt: () => 'The server goes on with the check.',
    async run(context: ServerContext, { remove = false }: { readonly remove?: boolean }) {
      const { client, output } = context;
      const { checkId } = await client.startStorageCheck(remove);
      const { findings, ...report } = await followCheck(context, checkId);
      if (!findings)
        throw new CliFailure(EXIT.failed, 'check_ended_early', `The check ended early: ${report.error}`);
      output.json({ ...report, findings });
      say(findings, remove, output);
      return findings.missing.count > 0 ? EXIT.failed : undefined;
    },
  });

async function followCheck({ client, signal }: ServerContext, checkId: string): Promise<StorageReport> {
  for (;;) {
    const report = await client.storageReport();
    if (report?.checkId !== checkId)
      throw new CliFailure(EXIT.failed, 'check_lost', 'The server has begun another check meanwhile.');
    if (report.finishedAt !== null) return report;
    await sleep(POLL_MILLISECONDS, undefined, { signal });
  }
}

function say(findings: StorageFindings, remove: boolean, { line, paint }: Output): void {
  const { items, files, sizeBytes, sharedBytes, orphans, removed, unexplained, missing } = findings;
  const spared =
    sharedBytes > 0 ? `, ${formatBytes(sharedBytes)} less for what is stored once for several` : '';
  line(`${formatCount(files)} files of ${formatCount(items)} items, ${formatBytes(sizeBytes)}${spared}`);
  const fate = remove ? `${formatCount(removed)} removed` : 'to remove them: --remove';
  if (orphans.count > 0)
    line(`${formatCount(orphans.count)} orphans, ${formatBytes(orphans.sizeBytes)} (${fate})`);
  for (const { prefix, reason } of orphans.listed) line(`  ${printable(prefix)}  ${paint('dim', reason)}`);
  if (unexplained.count > 0)
    line(`${formatCount(unexplained.count)} unexplained, ${formatBytes(unexplained.sizeBytes)}: they stay`);
  for (const { prefix, reason } of unexplained.listed)
    line(`  ${printable(prefix)}  ${paint('dim', reason)}`);
  if (missing.count > 0) line(paint('red', `${formatCount(missing.count)} missing or cut short`));
  for (const { key, expectedBytes, storedBytes } of missing.listed)
    line(`  ${printable(key)}  ${formatBytes(storedBytes)} of ${formatBytes(expectedBytes)}`);
}
