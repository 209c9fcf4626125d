import { contentHash } from '../core/content-hash.js';
import type { RecordedEvent } from '../core/event.js';
import type { InferenceClient, ModelIdentity } from '../core/inference/inference-client.js';
import { heldMetadata } from '../core/inference/suggested-metadata.js';
import type { JsonObject } from '../core/json.js';
import type { Worker } from '../core/worker.js';
import { type JobPayload, jobPayloads, jobSubjects } from '../domain/jobs.js';
import type { MediaEvent } from '../domain/media/media-events.js';
import { evolveMedia, initialMediaState } from '../domain/media/media-state.js';
import { isAwaited } from '../domain/media/metadata/decide-metadata.js';
import { describedItemIn } from '../domain/media/metadata/described-item.js';
import { earlierSuggestion, tokensSpentIn } from '../domain/media/metadata/earlier-suggestion.js';
import type { Taxonomy } from '../domain/taxonomy/taxonomy-document.js';
import { jobPolicies } from './policies.js';

/** Raised when an answer means something else than before. */
const SCHEMA_VERSION = 1;

type Payload = JobPayload<'metadata'>;

/** Whom metadata is asked of. */
export interface AskedForMetadata {
  /** The provider that is asked first. */
  readonly provider: string;
  /** All of them in order, with their models and the versions of the words they are asked in. */
  readonly all: string;
}

/** Has a model suggest what an item is called and about, of what its history says; people decide what becomes of it. */
export const metadataWorker = ({
  inference,
  historyOf,
  taxonomyInForce,
  askedForMetadata,
}: {
  readonly inference: InferenceClient;
  readonly historyOf: (mediaId: string) => Promise<readonly RecordedEvent<MediaEvent>[]>;
  readonly taxonomyInForce: () => Promise<Taxonomy>;
  readonly askedForMetadata: AskedForMetadata;
}): Worker<Payload, Payload> => ({
  kind: 'metadata',
  payload: jobPayloads.metadata,
  subject: jobSubjects.suggestion,
  policy: jobPolicies.metadata,
  concurrency: 2,
  started: () => [],
  async run({ mediaId, requestId }, { signal }) {
    const [history, { version, hash, tags, genres }] = await Promise.all([
      historyOf(mediaId),
      taxonomyInForce(),
    ]);
    // Nobody is paid for what nobody waits for.
    if (!isAwaited(history.reduce(evolveMedia, initialMediaState), requestId)) return [];
    const [item, lists] = [describedItemIn(history), { tags, genres }];
    const { provider, all } = askedForMetadata;
    const question = { task: 'generateMetadata', schema: SCHEMA_VERSION, all, item, taxonomy: hash };
    const askedHash = contentHash(question as unknown as JsonObject);
    const of = { mediaId, requestId, askedHash, taxonomy: { version, hash } };
    const earlier = earlierSuggestion(history, { askedHash, provider });
    if (earlier) {
      const data = { ...earlier, ...of, model: unpaid(earlier.model), isRemembered: true };
      return [{ type: 'RecordMetadata', data }];
    }
    const tokensSpent = tokensSpentIn(history);
    const { model, answer } = await inference.infer(
      'generateMetadata',
      { item, lists },
      { signal, tokensSpent },
    );
    return [
      { type: 'RecordMetadata', data: { ...of, model, ...heldMetadata(answer, lists), isRemembered: false } },
    ];
  },
  failed: ({ mediaId, requestId }, { code, message, final }) =>
    final ? [{ type: 'FailMetadata', data: { mediaId, requestId, code, message } }] : [],
});

const unpaid = ({ tokens: _, costMicros: __, ...model }: ModelIdentity): ModelIdentity => model;
