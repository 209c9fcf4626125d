import { MediaFlowError, unavailable } from '../../core/errors.js';
import { checkRequest } from '../../core/inference/check-request.js';
import type { InferenceClient } from '../../core/inference/inference-client.js';
import type { UsageLedger } from '../../core/inference/usage-ledger.js';

/** What is heard of a provider that is paid for. */
export interface MeterTold {
  /** How much of the day's allowance is taken, 0..1; 1 as well when there was not enough left. */
  allowance(share: number): void;
  spent(task: string, model: string, costMicros: number): void;
}

/**
 * A provider that is asked for as much a day (UTC) as it may be, by all processes together, and whose usage is kept. Beyond that it rejects with `provider_budget_spent`, and
 * nobody is asked. What was asked for and came to nothing counts as asked: it may have been paid for.
 */
export function meter(
  provider: InferenceClient,
  options: {
    readonly name: string;
    readonly ledger: UsageLedger;
    /** Undefined where there is no limit. */
    readonly itemsADay: number | undefined;
    /** Millionths for one item, by the name of the model. */
    readonly priceMicros: (model: string) => number;
    readonly told: MeterTold;
    readonly today: () => string;
  },
): InferenceClient {
  const { name, ledger, itemsADay, priceMicros, told, today } = options;

  const take = async (items: number, day: string): Promise<void> => {
    if (itemsADay === undefined || items === 0) return;
    const all = await ledger.take({ provider: name, day, items, limit: itemsADay });
    told.allowance(all === undefined ? 1 : all / itemsADay);
    if (all === undefined)
      throw unavailable('provider_budget_spent', `${name} has been asked for as much today as it may be.`);
  };

  return {
    ...provider,
    async infer(task, request, askOptions) {
      const { items } = checkRequest(task, request);
      const day = today();
      await take(items, day);
      try {
        const inferred = await provider.infer(task, request, askOptions);
        const { model } = inferred.model;
        const costMicros = Math.round(priceMicros(model) * items);
        await ledger.add({ ...{ day, task, provider: name, model, items, costMicros }, requests: 1 });
        told.spent(task, model, costMicros);
        return inferred;
      } catch (error) {
        const wasAsked = !(error instanceof MediaFlowError && error.code === 'provider_paused');
        if (!wasAsked && itemsADay !== undefined) await ledger.giveBack({ provider: name, day, items });
        throw error;
      }
    },
  };
}
