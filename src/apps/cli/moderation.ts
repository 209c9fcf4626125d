import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { messageOf } from '../../core/errors.js';
import { wrongUsage } from './failure.js';
import { policyLines } from './policy-lines.js';
import { type ServerContext, serverCommand } from './server-command.js';
import type { CliIo } from './terminal/io.js';

export const moderationCommand = (io: CliIo): Command =>
  new Command('moderation').description('By what is decided what may be shown').addCommand(policyCommand(io));

const policyCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('policy')
      .description('Show the policy that is in force, or check a file before a server reads it')
      .option('--check <file>', 'read this file as MEDIAFLOW_MODERATION_POLICY_FILE, and ask no server'),
    async run({ client, output }: ServerContext, { check }: { readonly check?: string }) {
      const policy = check === undefined ? await client.moderationPolicy() : await checked(check);
      output.json(policy);
      for (const line of policyLines(policy)) output.line(line);
    },
  });

async function checked(path: string) {
  const { policyIn } = await import('../config/policy-file.js');
  try {
    return { ...policyIn(await readFile(path, 'utf8'), path), source: 'file' as const };
  } catch (error) {
    throw wrongUsage(messageOf(error));
  }
}
