import { z } from 'zod';
import { type SuggestionUse, suggestionUses } from '../../domain/media/metadata/metadata-values.js';
import type { Read } from './values.js';

/** What models are asked to say of items without anybody asking. */
export const metadataVariables = {
  MEDIAFLOW_METADATA_AT_INGESTION: z
    .enum(['off', ...suggestionUses])
    .default('off')
    .describe(
      'Whether a model is asked for title, summary, tags and genre of every item that comes in, once it is known what is seen and said in it: `suggest` keeps what it says beside what people wrote, `accept` takes it for those fields that nobody wrote anything in; `off` has it asked by people alone. Processes with the role `worker` read it, those that take `probe`',
    ),
};

export interface MetadataConfig {
  /** Undefined where people alone ask. */
  readonly atIngestion: SuggestionUse | undefined;
}

export const readMetadata = (env: Read<typeof metadataVariables>): MetadataConfig => ({
  atIngestion:
    env.MEDIAFLOW_METADATA_AT_INGESTION === 'off' ? undefined : env.MEDIAFLOW_METADATA_AT_INGESTION,
});
