import type { JobKind } from '../../domain/jobs.js';
import { type Role, servesModelsAlone } from '../roles.js';
import type { MetadataConfig } from './metadata.js';
import type { ProviderConfig } from './providers.js';
import type { RecommenderConfig } from './recommender.js';

/** What of a configuration says whom models are asked for, and when. */
interface Asking {
  readonly workerKinds: readonly JobKind[];
  readonly metadata: MetadataConfig;
  readonly recommender: Pick<RecommenderConfig, 'rerank' | 'experiment'>;
  readonly providers: Pick<ProviderConfig, 'order'>;
}

/**
 * Sentences about what is set and changes nothing in a process with these roles, where somebody who set it expects that it does. What a process
 * without the role `worker` is told with all others of an installation is left alone. Pure.
 */
export function idleSettings(
  { workerKinds, metadata, recommender, providers }: Asking,
  roles: readonly Role[],
): string[] {
  const isNamed = (names: readonly string[]) => names.some((name) => name !== 'local');
  if (servesModelsAlone(roles))
    return Object.values(providers.order).some(isNamed)
      ? [
          'INFERENCE_PROVIDERS changes nothing here: the role inference serves the models at hand; whoever asks them (the role worker) asks providers itself.',
        ]
      : [];
  if (!roles.includes('worker')) return [];
  const notTaken = (name: string, kind: JobKind, isSet: boolean): string[] =>
    isSet && !workerKinds.includes(kind)
      ? [`${name} changes nothing here: it is of workers that take ${kind}, which this one does not.`]
      : [];
  return [
    ...notTaken('MEDIAFLOW_METADATA_AT_INGESTION', 'probe', metadata.atIngestion !== undefined),
    ...notTaken('MEDIAFLOW_RERANK', 'recommend', recommender.rerank !== undefined),
    ...notTaken('MEDIAFLOW_EXPERIMENT', 'recommend', recommender.experiment !== undefined),
    ...(recommender.rerank && workerKinds.includes('recommend') && !isNamed(providers.order.rankCandidates)
      ? [
          'MEDIAFLOW_RERANK has lists put in order by whoever is at INFERENCE_URL: the role inference of this product does not do that.',
        ]
      : []),
  ];
}
