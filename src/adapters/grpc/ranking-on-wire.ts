import { invalid } from '../../core/errors.js';
import { rankRequestSchema } from '../../core/inference/ranked-candidates.js';
import type { MessageOnWire } from './on-wire.js';

/** A list that is to be ordered, as one message. */
export const rankingOnWire: MessageOnWire<'rankCandidates'> = {
  kind: 'message',
  method: 'RankCandidates',
  ask: (request) => request,
  asked(message) {
    const parsed = rankRequestSchema.safeParse(message);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw invalid(
      'invalid_ranking_request',
      `No model can be asked this: ${issue?.path.join('.')} is not as it has to be.`,
    );
  },
  toWire: (answer) => answer,
  fromWire: (message) => message,
};
