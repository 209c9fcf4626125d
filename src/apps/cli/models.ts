import { setTimeout as sleep } from 'node:timers/promises';
import { Command, Option } from 'commander';
import { type ModelName, modelNames } from '../../domain/model/model-events.js';
import type { Model } from './answers.js';
import { countUpTo, limitOption } from './counts.js';
import { EXIT } from './exit-codes.js';
import { CliFailure, type ServersCode } from './failure.js';
import { type ServerContext, serverCommand } from './server-command.js';
import { formatBytes, formatCount, formatInstant, formatPercent } from './terminal/format.js';
import type { CliIo } from './terminal/io.js';
import type { Output } from './terminal/output.js';
import { printable, type Style } from './terminal/text.js';

const POLL_MILLISECONDS = 250;

const STYLES: Readonly<Record<Model['status'], Style>> = {
  queued: 'cyan',
  trained: 'green',
  failed: 'red',
  retired: 'dim',
};

export const modelsCommand = (io: CliIo): Command =>
  new Command('models')
    .description('The models that recommendations are made of: train, measure, choose')
    .addCommand(listCommand(io))
    .addCommand(trainCommand(io))
    .addCommand(backfillCommand(io))
    .addCommand(evaluateCommand(io))
    .addCommand(promoteCommand(io))
    .addCommand(rollbackCommand(io));

const listCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('list').description('List the models').addOption(limitOption(200, 20)),
    async run({ client, output }: ServerContext, { limit }: { readonly limit: number }) {
      const items = await client.models(limit);
      output.json({ items });
      if (items.length === 0) output.note('There is no model yet: lists go by tags and popularity.');
      else
        output.table(items, [
          { title: '', value: ({ isCurrent }) => (isCurrent ? '●' : ''), style: () => 'green' },
          { title: 'STATUS', value: ({ status }) => status, style: ({ status }) => STYLES[status] },
          { title: 'WHY', value: ({ reason }) => reason },
          { title: 'TRAINED', value: ({ trained }) => (trained ? formatInstant(trained.at) : '') },
          { title: 'VIEWERS', value: ({ trained }) => countIn(trained?.viewers), align: 'right' },
          { title: 'ITEMS', value: ({ trained }) => countIn(trained?.items), align: 'right' },
          { title: 'NDCG@10', value: ({ trained }) => qualityIn(trained), align: 'right' },
          { title: 'SHA256', value: ({ trained }) => trained?.sha256.slice(0, 12) ?? '', style: () => 'dim' },
          { title: 'ID', value: ({ modelId }) => modelId, style: () => 'dim' },
          { title: '', value: remarkOn, flexible: true },
        ]);
    },
  });

const countIn = (count: number | undefined): string => (count === undefined ? '' : formatCount(count));
const qualityIn = (trained: Model['trained']): string => trained?.evaluation?.ndcgAt10.toFixed(3) ?? '';

function remarkOn({ status, failure, historyRead }: Model): string {
  if (failure) return printable(failure.message);
  return status === 'queued' && historyRead ? `${formatCount(historyRead.events)} events read` : '';
}

interface TrainOptions {
  readonly promote: boolean;
  readonly evaluate?: boolean;
  readonly wait: boolean;
  readonly model: ModelName;
  readonly timeout: number;
  readonly from?: string;
  readonly to?: string;
}

const whichMayWait = (command: Command): Command =>
  command
    .addOption(new Option('--model <name>', 'which model').choices(modelNames).default(modelNames[0]))
    .option('--no-wait', 'come back as soon as it is asked for')
    .option('--timeout <seconds>', 'how long to wait for it', countUpTo(), 86_400);

const trainCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: whichMayWait(
      new Command('train')
        .description('Train a model of what the views hold, and make lists of it')
        .option('--no-promote', 'train it only')
        .option('--evaluate', 'measure how good lists of it are'),
    ),
    onInterrupt: () => 'The server goes on with the training.',
    run: (context: ServerContext, options: TrainOptions) => order(context, options, { source: 'views' }),
  });

const backfillCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: whichMayWait(
      new Command('backfill')
        .description('Train a model of history, read from the log')
        .option('--from <position>', 'learn nothing of what was done until this position')
        .option('--to <position>', 'the last position that is learnt from (default: all there is)')
        .option('--no-promote', 'train it only')
        .option('--evaluate', 'measure how good lists of it are'),
    ),
    onInterrupt: () => 'The server goes on with it.',
    run: (context: ServerContext, options: TrainOptions) =>
      order(context, options, {
        source: 'history',
        ...(options.from ? { after: options.from } : {}),
        ...(options.to ? { upTo: options.to } : {}),
      }),
  });

const evaluateCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: whichMayWait(
      new Command('evaluate').description(
        'Measure how good lists are: a fifth of every viewer’s history is held out, and looked for on the lists',
      ),
    ),
    onInterrupt: () => 'The server goes on with it.',
    run: (context: ServerContext, options: TrainOptions) =>
      order(context, { ...options, promote: false, evaluate: true }, { source: 'views' }),
  });

async function order(
  context: ServerContext,
  { model: name, promote, evaluate = false, wait, timeout }: TrainOptions,
  from: { readonly source: 'views' | 'history'; readonly after?: string; readonly upTo?: string },
): Promise<undefined> {
  const { client, output, typed } = context;
  const { modelId, position } = await client.trainModel({ name, ...from, promote, evaluate });
  if (!wait) {
    output.json({ modelId, position });
    output.line(`Model ${modelId} is asked for; ${typed('models list')} shows what becomes of it.`);
    return;
  }
  const model = await follow(context, modelId, position, timeout);
  output.json(model);
  say(model, output);
}

async function follow(
  { client, output, signal, typed }: ServerContext,
  modelId: string,
  position: string,
  timeoutSeconds: number,
): Promise<Model> {
  const deadline = performance.now() + timeoutSeconds * 1000;
  while (performance.now() < deadline) {
    const model = await client.model(modelId, position);
    if (model.status === 'failed')
      throw new CliFailure(
        EXIT.failed,
        (model.failure?.code ?? 'failed') as ServersCode,
        `Model ${modelId} could not be trained: ${model.failure?.message}`,
        `${typed('dead-letters list --kind train')} shows the job, which can be replayed.`,
      );
    if (model.status !== 'queued') {
      output.live([]);
      return model;
    }
    const { historyRead } = model;
    output.live([historyRead ? `${formatCount(historyRead.events)} events read` : 'Waits for a worker …']);
    await sleep(POLL_MILLISECONDS, undefined, { signal });
  }
  throw new CliFailure(
    EXIT.failed,
    'no_answer',
    `Model ${modelId} is not trained within ${timeoutSeconds} s.`,
    'The request is kept and will be answered: is a worker running?',
  );
}

function say({ modelId, trained, isCurrent }: Model, { line, paint }: Output): void {
  if (!trained) return;
  const { viewers, items, interactions, sizeBytes, seconds, sha256, evaluation } = trained;
  line(`${paint('green', '✓')} ${modelId} ${isCurrent ? 'is in use' : 'is trained'}`);
  line(
    `  ${formatCount(interactions)} interactions of ${formatCount(viewers)} viewers with ${formatCount(items)} items, ${formatBytes(sizeBytes)}, ${seconds.toFixed(1)} s`,
  );
  line(paint('dim', `  sha256 ${sha256}`));
  if (!evaluation) return;
  const { ndcgAt10, recallAt20, coverageAt10, popularityNdcgAt10 } = evaluation;
  line(
    `  NDCG@10 ${ndcgAt10.toFixed(3)} (popularity ${popularityNdcgAt10.toFixed(3)}), recall@20 ${recallAt20.toFixed(3)}, ${formatPercent(coverageAt10)} of the items shown, ${formatCount(evaluation.viewers)} viewers`,
  );
}

const promoteCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('promote')
      .description('Have lists made of this model from now on')
      .argument('<model>', 'id of the model')
      .option('--pin', 'what is trained by itself waits to be promoted'),
    async run(
      { client, output }: ServerContext,
      { pin = false }: { readonly pin?: boolean },
      modelId: string,
    ) {
      output.json(await client.promoteModel(modelId, !pin));
      output.line(`Lists are made of ${modelId} from now on.`);
    },
  });

const rollbackCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('rollback').description(
      'Go back to the model before the present one; what is trained by itself then waits to be promoted',
    ),
    async run({ client, output }: ServerContext) {
      const rolledBack = await client.rollBackModel();
      output.json(rolledBack);
      output.line(`Lists are made of ${rolledBack.modelId} again.`);
    },
  });
