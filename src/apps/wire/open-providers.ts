import { messageOf } from '../../core/errors.js';
import type { InferenceClient } from '../../core/inference/inference-client.js';
import { type InferenceTask, inferenceTaskNames } from '../../core/inference/task-table.js';
import type { UsageLedger } from '../../core/inference/usage-ledger.js';
import type { Logger } from '../../core/logger.js';
import type { Measures } from '../../observing/observing.js';
import { byTask } from '../../runtime/inference/by-task.js';
import { guard } from '../../runtime/inference/guard.js';
import { inOrder, type NamedClient, type TellFallback } from '../../runtime/inference/in-order.js';
import { meter } from '../../runtime/inference/meter.js';
import { raiseModeration } from '../../runtime/inference/raise-moderation.js';
import type { ProviderConfig, ProviderName } from '../config/providers.js';

/** Who does each task, in the order of the configuration, with the models at hand behind all of them. Of providers nothing is loaded that no task names. */
export async function withProviders(
  own: InferenceClient,
  options: {
    readonly providers: ProviderConfig;
    readonly usage: UsageLedger;
    readonly metrics: Measures;
    readonly logger: Logger;
  },
): Promise<InferenceClient> {
  const { providers, usage, metrics, logger } = options;
  const { order, deadlineSeconds, maximumRequests } = providers;
  const named = [...new Set(Object.values(order).flat())].filter((name) => name !== 'local');
  if (named.length === 0) return own;
  const opened = new Map<string, InferenceClient>([['local', own]]);
  const now = () => performance.now();
  for (const name of named) {
    const provider = await openProvider(name, providers);
    const behind = (limits: { readonly maximumRequests: number; readonly deadlineSeconds: number }) =>
      metered(name, guard(provider, { name, ...limits, now }), { providers, usage, metrics });
    opened.set(name, behind({ maximumRequests, deadlineSeconds }));
    // Somebody waits for a list: not behind the frames of films, and what is too slow for one is no reason to pause those.
    opened.set(`${name} rankCandidates`, behind({ maximumRequests: RANKED_AT_ONCE, deadlineSeconds }));
  }
  const tell: TellFallback = (task, name, error) => {
    metrics.add('inference_fallbacks_total', { task, provider: name });
    logger.warn({ task, provider: name, error: messageOf(error) }, 'A provider of models did not answer');
  };
  const clientsOf = (task: InferenceTask): NamedClient[] =>
    order[task].flatMap((name) => {
      const client = opened.get(`${name} ${task}`) ?? opened.get(name);
      return client ? [{ name, client }] : [];
    });
  const table = inferenceTaskNames.map((task): [InferenceTask, InferenceClient] => {
    const clients = clientsOf(task);
    const others = clients.filter(({ name }) => name !== 'local');
    return [task, task === 'moderateFrames' ? raiseModeration(own, others, tell) : inOrder(clients, tell)];
  });
  return byTask(Object.fromEntries(table) as Record<InferenceTask, InferenceClient>);
}

const MICROS = 1_000_000;
const RANKED_AT_ONCE = 8;

const metered = (
  name: ProviderName,
  provider: InferenceClient,
  {
    providers,
    usage,
    metrics,
  }: { readonly providers: ProviderConfig; readonly usage: UsageLedger; readonly metrics: Measures },
): InferenceClient => {
  const price = (of: string) => providers.prices[of] ?? 0;
  return meter(provider, {
    ...{ name, ledger: usage, itemsADay: providers.itemsADay[name] },
    tokensADay: providers.tokensADay[name],
    tokensAnItem: providers.tokensAnItem,
    priceMicros: (model, items, { input, output }) =>
      items * price(model) * MICROS + input * price(`${model}:input`) + output * price(`${model}:output`),
    today: () => new Date().toISOString().slice(0, 10),
    told: {
      allowance: (share) => metrics.set('inference_allowance_used', { provider: name }, share),
      tokens(task, model, { input, output }) {
        metrics.add('llm_tokens_total', { provider: name, model, task, kind: 'input' }, input);
        metrics.add('llm_tokens_total', { provider: name, model, task, kind: 'output' }, output);
      },
      spent: (task, model, costMicros) =>
        metrics.add('inference_cost_total', { task, provider: name, model }, costMicros / MICROS),
    },
  });
};

async function openProvider(name: ProviderName, providers: ProviderConfig): Promise<InferenceClient> {
  const { jpegOf } = await import('../../adapters/grpc/jpeg-frames.js');
  const asking = { jpegOf, timeoutSeconds: 30, random: Math.random, now: Date.now };
  switch (name) {
    case 'openai': {
      const { createOpenAi } = await import('../../adapters/providers/openai.js');
      const { cocoLabels } = await import('../../adapters/inference/coco-labels.js');
      return createOpenAi({ ...asking, ...providers.openai, labels: Object.values(cocoLabels) });
    }
    case 'huggingface': {
      const { createHuggingFace } = await import('../../adapters/providers/hugging-face.js');
      const { cocoLabels } = await import('../../adapters/inference/coco-labels.js');
      const { taggingModel: model, taggingLabels, ...huggingface } = providers.huggingface;
      const labels = taggingLabels.length > 0 ? taggingLabels : Object.values(cocoLabels);
      return createHuggingFace({ ...asking, ...huggingface, tagging: model ? { model, labels } : undefined });
    }
  }
}
