import { localTasks } from '../../adapters/inference/local-tasks.js';
import { RANK_PROMPT_VERSION } from '../../adapters/providers/chat-ranking.js';
import { METADATA_PROMPT_VERSION } from '../../adapters/providers/closed-metadata.js';
import type { RerankSettings } from '../../workers/rerank.js';
import type { AskedForMetadata } from '../../workers/suggest-metadata.js';
import type { ProviderConfig } from '../config/providers.js';
import type { Config } from '../config.js';

/** Whom metadata is asked of, as far as the configuration says. */
export function askedForMetadata({ order, openai, huggingface }: ProviderConfig): AskedForMetadata {
  const models: Readonly<Record<string, string>> = {
    local: localTasks.generateMetadata?.model.version ?? '',
    huggingface: `${huggingface.endpointUrl} ${huggingface.textModel}`,
    openai: `${openai.baseUrl} ${openai.chatModel} ${METADATA_PROMPT_VERSION}`,
  };
  const [provider = 'local'] = order.generateMetadata;
  return { provider, all: order.generateMetadata.map((name) => `${name} ${models[name] ?? ''}`).join(', ') };
}

/** Whose lists are put in order, and by whom; undefined where nobody's are. */
export function rerankSettings({
  recommender,
  providers: { order, openai },
}: Pick<Config, 'recommender' | 'providers'>): RerankSettings | undefined {
  const asked = `${order.rankCandidates.join(', ')} ${openai.baseUrl} ${openai.chatModel} ${RANK_PROMPT_VERSION}`;
  return recommender.rerank && { ...recommender.rerank, asked };
}
