import { MediaFlowError, unavailable } from '../../core/errors.js';
import { checkRequest } from '../../core/inference/check-request.js';
import type { InferenceClient, TokenCounts } from '../../core/inference/inference-client.js';
import { type SpentTokens, spentIn } from '../../core/inference/spent-tokens.js';
import type { UsageLedger } from '../../core/inference/usage-ledger.js';

/** What is heard of a provider that is paid for. */
export interface MeterTold {
  /** How much of the day's allowance is taken, 0..1; 1 as well when there was not enough left. */
  allowance(share: number): void;
  spent(task: string, model: string, costMicros: number): void;
  tokens(task: string, model: string, tokens: TokenCounts): void;
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
    /** The same of tokens. */
    readonly tokensADay: number | undefined;
    /** Of what one item has used before; beyond it nobody is asked for it. */
    readonly tokensAnItem?: number | undefined;
    /** Millionths for so many items and tokens, by the name of the model. */
    readonly priceMicros: (model: string, items: number, tokens: TokenCounts) => number;
    readonly told: MeterTold;
    readonly today: () => string;
  },
): InferenceClient {
  const { name, ledger, itemsADay, tokensADay, tokensAnItem, priceMicros, told, today } = options;

  const ofTokens = `${name} tokens`;

  const take = async (items: number, day: string): Promise<void> => {
    // How many an answer takes is known afterwards: none is begun when all are gone, and nothing else is taken then.
    const ofAllTokens = await shareOf(
      ofTokens,
      0,
      tokensADay === undefined ? undefined : tokensADay - 1,
      day,
    );
    const used = [
      ofAllTokens,
      ofAllTokens === 'spent' ? undefined : await shareOf(name, items, itemsADay, day),
    ];
    const isSpent = used.includes('spent');
    const shares = used.filter((share) => typeof share === 'number');
    if (isSpent || shares.length > 0) told.allowance(isSpent ? 1 : Math.max(...shares));
    if (isSpent)
      throw unavailable('provider_budget_spent', `${name} has been asked for as much today as it may be.`);
  };

  const shareOf = async (
    what: string,
    items: number,
    limit: number | undefined,
    day: string,
  ): Promise<number | 'spent' | undefined> => {
    if (limit === undefined) return undefined;
    const all = await ledger.take({ provider: what, day, items, limit });
    return all === undefined ? 'spent' : all / Math.max(1, limit);
  };

  const count = async (
    task: string,
    day: string,
    { model, tokens, items }: SpentTokens & { readonly items: number },
  ): Promise<number> => {
    const { input, output } = tokens;
    const costMicros = Math.round(priceMicros(model, items, tokens));
    await ledger.add({
      ...{ day, task, provider: name, model, items, costMicros },
      ...{ requests: 1, inputTokens: input, outputTokens: output },
    });
    if (tokensADay !== undefined)
      await ledger.take({ provider: ofTokens, day, items: input + output, limit: Number.MAX_SAFE_INTEGER });
    told.tokens(task, model, tokens);
    told.spent(task, model, costMicros);
    return costMicros;
  };

  return {
    ...provider,
    async infer(task, request, askOptions) {
      const { items } = checkRequest(task, request);
      if (tokensAnItem !== undefined && (askOptions.tokensSpent ?? 0) >= tokensAnItem)
        throw unavailable(
          'provider_budget_spent',
          `${name} has been asked of this item as much as it may be.`,
        );
      const day = today();
      await take(items, day);
      const inferred = await provider.infer(task, request, askOptions).catch(async (error: unknown) => {
        const spent = spentIn(error);
        if (spent) await count(task, day, { ...spent, items });
        const wasAsked = !(error instanceof MediaFlowError && error.code === 'provider_paused');
        if (!wasAsked && itemsADay !== undefined) await ledger.giveBack({ provider: name, day, items });
        throw error;
      });
      const { model, tokens = { input: 0, output: 0 } } = inferred.model;
      const costMicros = await count(task, day, { model, tokens, items });
      return costMicros > 0 ? { ...inferred, model: { ...inferred.model, costMicros } } : inferred;
    },
  };
}
