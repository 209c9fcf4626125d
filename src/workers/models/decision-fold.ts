import { deserialize, serialize } from 'node:v8';
import type { MediaEvent } from '../../domain/media/media-events.js';
import type { Fold, FoldKind } from '../read-history.js';

const FORMAT = 1;

/** What people decided on items, as the last of them did. */
export interface DecisionFold extends Fold {
  /** The newest decisions, at most so many. */
  newest(most: number): readonly { readonly mediaId: string; readonly isRejected: boolean }[];
}

function foldOver(isRejected: Map<string, boolean>): DecisionFold {
  return {
    add(event) {
      const { type, data } = event as MediaEvent;
      if (type !== 'MediaReviewed' && type !== 'MediaDeleted') return;
      isRejected.delete(data.mediaId);
      if (type === 'MediaReviewed') isRejected.set(data.mediaId, data.decision === 'reject');
    },
    newest: (most) => [...isRejected].slice(-most).map(([mediaId, is]) => ({ mediaId, isRejected: is })),
    store: () => serialize({ format: FORMAT, isRejected }),
  };
}

export const decisionFold: FoldKind<DecisionFold> = {
  types: ['MediaReviewed', 'MediaDeleted'] satisfies MediaEvent['type'][],
  create: () => foldOver(new Map()),
  restore(bytes) {
    const { format, isRejected } = deserialize(bytes) as {
      readonly format: number;
      readonly isRejected: Map<string, boolean>;
    };
    return format === FORMAT ? foldOver(isRejected) : undefined;
  },
};
