import type { RecordedEvent } from '../../../core/event.js';
import type { MediaEvent } from '../media-events.js';
import type { Suggestion } from './metadata-state.js';

/** What was suggested to the same question, by whom it would be asked first; undefined where nobody was asked it. Pure. */
export const earlierSuggestion = (
  history: readonly RecordedEvent<MediaEvent>[],
  { askedHash, provider }: { readonly askedHash: string; readonly provider: string },
): Suggestion | undefined =>
  history.flatMap((event) =>
    event.type === 'MetadataSuggested' &&
    event.data.askedHash === askedHash &&
    event.data.model.provider === provider
      ? [event.data]
      : [],
  )[0];

/** All tokens that models have taken for suggestions to an item. Pure. */
export const tokensSpentIn = (history: readonly RecordedEvent<MediaEvent>[]): number =>
  history.reduce((sum, event) => {
    const tokens = event.type === 'MetadataSuggested' ? event.data.model.tokens : undefined;
    return sum + (tokens ? tokens.input + tokens.output : 0);
  }, 0);
