import { contentHash } from '../core/content-hash.js';
import type { RecordedEvent } from '../core/event.js';
import type { InferenceClient, ModelIdentity } from '../core/inference/inference-client.js';
import { heldMetadata } from '../core/inference/suggested-metadata.js';
import type { JsonObject } from '../core/json.js';
import type { MediaEvent } from '../domain/media/media-events.js';
import { describedItemIn } from '../domain/media/metadata/described-item.js';
import { earlierSuggestion, tokensSpentIn } from '../domain/media/metadata/earlier-suggestion.js';
import type { Suggestion } from '../domain/media/metadata/metadata-state.js';
import type { Taxonomy } from '../domain/taxonomy/taxonomy-document.js';

/** Raised when an answer means something else than before. */
const SCHEMA_VERSION = 1;

/** Whom metadata is asked of. */
export interface AskedForMetadata {
  /** The provider that is asked first. */
  readonly provider: string;
  /** All of them in order, with their models and the versions of the words they are asked in. */
  readonly all: string;
}

/** What suggestions are made with, whoever wants them. */
export interface MetadataSources {
  readonly inference: InferenceClient;
  readonly historyOf: (mediaId: string) => Promise<readonly RecordedEvent<MediaEvent>[]>;
  readonly taxonomyInForce: () => Promise<Taxonomy>;
  readonly askedForMetadata: AskedForMetadata;
}

export type Suggested = Omit<Suggestion, 'mediaId' | 'requestId'>;

/** What a model suggests of what an item's history says, or has suggested to the same question before. Throws as {@link InferenceClient.infer} does. */
export async function suggestMetadata(
  { inference, taxonomyInForce, askedForMetadata }: Omit<MetadataSources, 'historyOf'>,
  history: readonly RecordedEvent<MediaEvent>[],
  signal: AbortSignal,
): Promise<Suggested> {
  const { version, hash, tags, genres } = await taxonomyInForce();
  const [item, lists] = [describedItemIn(history), { tags, genres }];
  const { provider, all } = askedForMetadata;
  const question = { task: 'generateMetadata', schema: SCHEMA_VERSION, all, item, taxonomy: hash };
  const askedHash = contentHash(question as unknown as JsonObject);
  const of = { askedHash, taxonomy: { version, hash } };
  const earlier = earlierSuggestion(history, { askedHash, provider });
  if (earlier) {
    const { mediaId: _, requestId: __, ...suggested } = earlier;
    return { ...suggested, ...of, model: unpaid(earlier.model), isRemembered: true };
  }
  const tokensSpent = tokensSpentIn(history);
  const { model, answer } = await inference.infer(
    'generateMetadata',
    { item, lists },
    { signal, tokensSpent },
  );
  return { ...of, model, ...heldMetadata(answer, lists), isRemembered: false };
}

const unpaid = ({ tokens: _, costMicros: __, ...model }: ModelIdentity): ModelIdentity => model;
