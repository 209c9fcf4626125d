import { MediaFlowError, retold } from '../errors.js';
import type { TokenCounts } from './inference-client.js';

/** What a provider has counted for answers of one model. */
export interface SpentTokens {
  readonly model: string;
  readonly tokens: TokenCounts;
}

/** The details of an error about an answer that cannot be used, and is paid for all the same. */
export const spentDetails = ({ model, tokens: { input, output } }: SpentTokens) => ({
  spent: { model, input, output },
});

/** What was spent on what ended in this error; undefined where nothing is known of any. */
export function spentIn(error: unknown): SpentTokens | undefined {
  const spent = error instanceof MediaFlowError ? error.details.spent : undefined;
  if (typeof spent !== 'object' || spent === null || Array.isArray(spent)) return undefined;
  const { model, input, output } = spent;
  return { model: String(model), tokens: { input: Number(input), output: Number(output) } };
}

/** The same error, which tells that so much was spent in all. */
export const withSpent = (error: unknown, spent: SpentTokens): unknown =>
  error instanceof MediaFlowError && spent.tokens.input + spent.tokens.output > 0
    ? retold(error, error.message, { ...error.details, ...spentDetails(spent) })
    : error;
