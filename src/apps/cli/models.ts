import { setTimeout as sleep } from 'node:timers/promises';
import { Command, Option } from 'commander';
import { type ModelName, modelNames } from '../../core/model-name.js';
import type { Model } from './answers.js';
import { countUpTo, limitOption } from './counts.js';
import { EXIT } from './exit-codes.js';
import { CliFailure, type ServersCode } from './failure.js';
import { type CommandResult, type ServerContext, serverCommand } from './server-command.js';
import { formatCount, formatInstant } from './terminal/format.js';
import type { CliIo } from './terminal/io.js';
import { printable, type Style } from './terminal/text.js';
import { exitCodeOfModel, qualityIn, tellModel } from './trained-model.js';

const POLL_MILLISECONDS = 250;

/** What is done where there is no model of a name. */
const WITHOUT: Readonly<Record<ModelName, string>> = {
  recommender: 'There is no model yet: lists go by tags and popularity.',
  'moderation-head': 'There is no model yet: the policy decides alone.',
};

const whichModel = () =>
  new Option('--model <name>', 'which model').choices(modelNames).default(modelNames[0]);

const STYLES: Readonly<Record<Model['status'], Style>> = {
  queued: 'cyan',
  trained: 'green',
  failed: 'red',
  retired: 'dim',
};

export const modelsCommand = (io: CliIo): Command =>
  new Command('models')
    .description('The models that are learnt of what people did here: train, measure, choose')
    .addCommand(listCommand(io))
    .addCommand(trainCommand(io))
    .addCommand(backfillCommand(io))
    .addCommand(evaluateCommand(io))
    .addCommand(promoteCommand(io))
    .addCommand(rollbackCommand(io));

const listCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('list')
      .description('List the models')
      .addOption(whichModel())
      .addOption(limitOption(200, 20)),
    async run(
      { client, output }: ServerContext,
      { limit, model }: { readonly limit: number; readonly model: ModelName },
    ) {
      const items = await client.models(model, limit);
      output.json({ items });
      if (items.length === 0) output.note(WITHOUT[model]);
      else
        output.table(items, [
          { title: '', value: ({ isCurrent }) => (isCurrent ? '●' : ''), style: () => 'green' },
          { title: 'STATUS', value: ({ status }) => status, style: ({ status }) => STYLES[status] },
          { title: 'WHY', value: ({ reason }) => reason },
          { title: 'TRAINED', value: ({ trained }) => (trained ? formatInstant(trained.at) : '') },
          {
            title: 'VIEWERS',
            value: ({ trained }) => countIn(trained?.viewers),
            align: 'right',
            optional: true,
          },
          { title: 'ITEMS', value: ({ trained }) => countIn(trained?.items), align: 'right' },
          { title: 'QUALITY', value: ({ trained }) => qualityIn(trained), align: 'right' },
          { title: 'SHA256', value: ({ trained }) => trained?.sha256.slice(0, 12) ?? '', style: () => 'dim' },
          { title: 'ID', value: ({ modelId }) => modelId, style: () => 'dim' },
          { title: '', value: remarkOn, flexible: true },
        ]);
    },
  });

const countIn = (count: number | undefined): string => (count === undefined ? '' : formatCount(count));

function remarkOn({ status, failure, historyRead, trained }: Model): string {
  if (failure) return printable(failure.message);
  if (trained?.withheld) return printable(trained.withheld.message);
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
    .addOption(whichModel())
    .option('--no-wait', 'come back as soon as it is asked for')
    .option('--timeout <seconds>', 'how long to wait for it', countUpTo(), 86_400);

const trainCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: whichMayWait(
      new Command('train')
        .description('Train a model of what is known now, and use it')
        .option('--no-promote', 'train it only')
        .option('--evaluate', 'measure how good it is'),
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
        .option('--evaluate', 'measure how good it is'),
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
        'Measure how good a model is, without using it: part of what is known is held out, and looked for',
      ),
    ),
    onInterrupt: () => 'The server goes on with it.',
    async run(context: ServerContext, options: TrainOptions) {
      await order(context, { ...options, promote: false, evaluate: true }, { source: 'views' });
      return undefined;
    },
  });

async function order(
  context: ServerContext,
  { model: name, promote, evaluate = false, wait, timeout }: TrainOptions,
  from: { readonly source: 'views' | 'history'; readonly after?: string; readonly upTo?: string },
): Promise<CommandResult> {
  const { client, output, typed } = context;
  const { modelId, position } = await client.trainModel({ name, ...from, promote, evaluate });
  if (!wait) {
    output.json({ modelId, position });
    output.line(`Model ${modelId} is asked for; ${typed('models list')} shows what becomes of it.`);
    return undefined;
  }
  const model = await follow(context, modelId, position, timeout);
  output.json(model);
  tellModel(model, output);
  return exitCodeOfModel(model);
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
        model.failure?.code === 'too_few_decisions'
          ? 'Nothing is wrong: ask again when more was decided.'
          : `${typed('dead-letters list --kind train')} shows the job, which can be replayed.`,
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

const promoteCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('promote')
      .description('Use this model from now on')
      .argument('<model>', 'id of the model')
      .option('--pin', 'what is trained by itself waits to be promoted'),
    async run(
      { client, output }: ServerContext,
      { pin = false }: { readonly pin?: boolean },
      modelId: string,
    ) {
      output.json(await client.promoteModel(modelId, !pin));
      output.line(`${modelId} is in use from now on.`);
    },
  });

const rollbackCommand = (io: CliIo): Command =>
  serverCommand(io, {
    command: new Command('rollback')
      .description(
        'Go back to the model before the present one; what is trained by itself then waits to be promoted',
      )
      .addOption(whichModel()),
    async run({ client, output }: ServerContext, { model }: { readonly model: ModelName }) {
      const rolledBack = await client.rollBackModel(model);
      output.json(rolledBack);
      output.line(`${rolledBack.modelId} is in use again.`);
    },
  });
