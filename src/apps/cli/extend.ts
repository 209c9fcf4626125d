import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { limitConcurrency } from '../../runtime/limit-concurrency.js';
import type { MediaItem } from './answers.js';
import { EXIT, type ExitCode, mostSerious } from './exit-codes.js';
import { CliFailure, wrongUsage } from './failure.js';
import { fullMediaId } from './full-id.js';
import { type ServerContext, serverCommand } from './server-command.js';
import type { CliIo } from './terminal/io.js';

/** What comes in meanwhile finds the queue short: no more are asked for than are looked at. */
const LOOKED_AT_ONCE = 4;
const POLL_MILLISECONDS = 250;

interface Extended {
  readonly mediaId: string;
  readonly exitCode: ExitCode;
  /** What the item is given, in order; null where it was refused. */
  readonly steps: readonly string[] | null;
  readonly error?: { readonly code: string; readonly message: string };
}

export const extendCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('extend')
      .description(
        'Look at the files of items once more and do what they lack: steps that came with a later release, tracks that an earlier one left out',
      )
      .argument('[ids...]', 'ids of items, or how they begin')
      .option('--all', 'all that are published or wait for a person'),
    async run(context: ServerContext, { all = false }: { all?: boolean }, given: readonly string[]) {
      const { client, output } = context;
      if (all === given.length > 0) throw wrongUsage('Name items, or say --all.');
      const results: Extended[] = [];
      const takeTurn = limitConcurrency(LOOKED_AT_ONCE);
      const extendEach = async (ids: readonly string[]) => {
        await Promise.all(
          ids.map((id) =>
            takeTurn(async () => {
              const result = await extend(context, id);
              results.push(result);
              output.line(sentence(result));
            }),
          ),
        );
      };
      if (all) for await (const ids of idsOfAll(client)) await extendEach(ids);
      else await extendEach(await Promise.all([...new Set(given)].map((each) => fullMediaId(client, each))));

      const extended = results.filter(({ steps }) => steps && steps.length > 0).length;
      output.json({ items: results });
      output.line(`${results.length} looked at, ${extended} of them get what they lacked.`);
      return mostSerious(results.map(({ exitCode }) => exitCode));
    },
  });

async function* idsOfAll(client: ServerContext['client']): AsyncGenerator<readonly string[]> {
  for (const status of ['published', 'in_review']) {
    let cursor: string | null = null;
    do {
      const page: { items: MediaItem[]; nextCursor: string | null } = await client.listMedia({
        ...{ status, limit: 200 },
        ...(cursor === null ? {} : { cursor }),
      });
      yield page.items.map(({ id }) => id);
      cursor = page.nextCursor;
    } while (cursor !== null);
  }
}

/** Returns when its file has been looked at; what it is given then goes on by itself. */
async function extend({ client, signal }: ServerContext, mediaId: string): Promise<Extended> {
  try {
    const before = new Set((await client.media(mediaId)).steps.map(({ step }) => step));
    const { position } = await client.extend(mediaId);
    for (;;) {
      const { steps } = await client.media(mediaId, position);
      const probe = steps.find(({ step }) => step === 'probe');
      if (probe?.status === 'failed')
        return refused(mediaId, EXIT.failed, probe.error ?? { code: 'failed', message: 'It failed.' });
      if (probe?.status === 'completed')
        return {
          ...{ mediaId, exitCode: EXIT.ok },
          steps: steps.map(({ step }) => step).filter((step) => !before.has(step)),
        };
      await sleep(POLL_MILLISECONDS, undefined, { signal });
    }
  } catch (error) {
    // What is said of one item is no reason to leave out the others.
    if (!(error instanceof CliFailure) || error.status === undefined || error.exitCode === EXIT.unauthorized)
      throw error;
    return refused(mediaId, error.exitCode, { code: error.code, message: error.message });
  }
}

const refused = (mediaId: string, exitCode: ExitCode, error: Required<Extended>['error']): Extended => ({
  ...{ mediaId, exitCode, steps: null, error },
});

const sentence = ({ mediaId, steps, error }: Extended): string => {
  if (!steps) return `${mediaId} stays as it is: ${error?.message} (${error?.code})`;
  return steps.length > 0
    ? `${mediaId} is given ${steps.join(', ')}.`
    : `${mediaId} has all there is to be done.`;
};
