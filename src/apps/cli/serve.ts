import { Command, InvalidArgumentError, Option } from 'commander';
import { messageOf } from '../../core/errors.js';
import { idleSettings } from '../config/idle-settings.js';
import { type Config, readConfig, unreadVariables } from '../config.js';
import { openHttpServer } from '../http/http-server.js';
import { ALL_ROLES, type Role, roleSchema, rolesAtWork, servesModelsAlone } from '../roles.js';
import { readVersion } from '../version.js';
import { DEFAULT_URL } from './server-command.js';
import { createShutdown } from './shutdown.js';
import type { CliIo } from './terminal/io.js';
import { terminalLog } from './terminal-log.js';

function parseRoles(text: string): Role[] {
  return text.split(',').map((name) => {
    const role = roleSchema.safeParse(name.trim());
    if (!role.success) throw new InvalidArgumentError(`Roles are ${ALL_ROLES.join(', ')}.`);
    return role.data;
  });
}

export const serveCommand = (io: CliIo): Command =>
  new Command('serve')
    .description('Start the server, all roles in one process unless told otherwise')
    .addOption(
      new Option('--roles <list>', `some of ${ALL_ROLES.join(', ')}, separated by commas`)
        .argParser(parseRoles)
        .default([...ALL_ROLES], 'all'),
    )
    .option(
      '--kinds <list>',
      'kinds of jobs that the role worker takes here, separated by commas (default all, or MEDIAFLOW_WORKER_KINDS)',
    )
    .action(async ({ roles, kinds }: { readonly roles: Role[]; readonly kinds?: string }) => {
      try {
        if (kinds !== undefined && !roles.includes('worker'))
          throw new Error('--kinds are those of the role worker, which this process does not have');
        const given = kinds === undefined ? {} : { MEDIAFLOW_WORKER_KINDS: kinds };
        await serve(roles, readConfig({ ...process.env, ...given }), io.command);
      } catch (error) {
        console.error(`MediaFlow cannot start: ${messageOf(error)}`);
        process.exit(1);
      }
    });

async function serve(roles: readonly Role[], config: Config, command: string): Promise<void> {
  const startedAt = performance.now();
  // Originals are private until they are published, and ffmpeg's files become ours: no other user reads any of it.
  process.umask(0o077);
  // Before anything that takes its time: whoever comes during the start gets an answer.
  const server = await openHttpServer(config);
  // The other commands start in a moment because they load none of this.
  const [{ pino }, start] = await Promise.all([
    import('pino'),
    servesModelsAlone(roles)
      ? import('../wire/start-inference.js').then(({ startInference }) => startInference)
      : import('../wire/start-media-flow.js').then(({ startMediaFlow }) => startMediaFlow),
  ]);
  const logger = pino(
    { level: config.logLevel },
    process.stdout.isTTY ? terminalLog(process.stdout) : pino.destination(1),
  );
  // What nobody expected leaves the process in a state nobody knows. Started again, it goes on from what is durable.
  // A rejection that nobody handles comes here too.
  process.on('uncaughtException', (error, origin) => {
    logger.error({ err: error, origin }, 'unexpected error: the process ends');
    process.exit(1);
  });
  const version = await readVersion();
  logger.info(
    {
      ...{ version, roles: rolesAtWork(roles, config), url: server.url },
      ...(!servesModelsAlone(roles) && {
        dataFolder: config.dataFolder,
        database: config.databaseUrl ? 'external' : 'embedded',
      }),
      ...(roles.includes('worker') && { kinds: config.workerKinds }),
    },
    'starting',
  );
  for (const name of unreadVariables(process.env))
    logger.warn(
      {},
      `${name} is set, and no variable of the server (docs/configuration.md): it changes nothing`,
    );
  for (const sentence of idleSettings(config, roles)) logger.warn({}, sentence);
  const running = await start({ server, config, roles, logger, version });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  logger.info({ url: running.url, seconds: Number(seconds) }, `ready: ${running.url}`);

  if (process.stdout.isTTY && roles.includes('command') && roles.includes('query')) {
    const key = config.apiKeys.length > 0 ? 'MEDIAFLOW_API_KEY=… ' : '';
    const server = running.url === DEFAULT_URL ? '' : ` --url ${running.url}`;
    console.log(
      `\n  Send it media:  ${key}${command} upload FILE --wait${server}\n  Read the API:   ${running.url}/docs\n`,
    );
  }

  const stop = createShutdown({
    ...{ running, logger, isTerminal: process.stdout.isTTY ?? false, now: () => performance.now() },
    exit: (code) => process.exit(code),
  });
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
