import type { MetadataRequest } from '../../core/inference/described-item.js';
import type { Inferred } from '../../core/inference/inference-client.js';
import { suggestedLimits } from '../../core/inference/suggested-metadata.js';
import {
  describedInJson,
  METADATA_PROMPT,
  METADATA_PROMPT_VERSION,
  metadataAnswerSchema,
} from './closed-metadata.js';
import type { createChat } from './openai-chat.js';

const MAXIMUM_TOKENS = 700;

interface Text {
  readonly text: string;
  readonly confidence: number;
}

/** Metadata by a chat model, which chooses from the lists that it is given, and sees one item. */
export async function chatMetadata(
  chat: ReturnType<typeof createChat>,
  request: MetadataRequest,
  { chatModel, signal }: { readonly chatModel: string; readonly signal: AbortSignal },
): Promise<Inferred<'generateMetadata'>> {
  const { answer, model, tokens } = await chat({
    ...{ name: 'metadata', system: METADATA_PROMPT, user: describedInJson(request) },
    ...{ schema: metadataAnswerSchema(request.lists), maximumTokens: MAXIMUM_TOKENS, signal },
  });
  return {
    model: {
      ...{ provider: 'openai', model: chatModel, version: model },
      ...{ promptVersion: METADATA_PROMPT_VERSION, tokens },
    },
    answer: {
      title: bounded(answer.title, suggestedLimits.title),
      summary: bounded(answer.summary, suggestedLimits.summary),
      ...{ tags: answer.tags, genre: answer.genre },
    },
  };
}

/** Longer than it may be, it ends at its last whole word. */
function bounded(suggested: Text | null, most: number): Text | null {
  if (!suggested || suggested.text.trim() === '') return null;
  const { text, confidence } = suggested;
  if (text.length <= most) return suggested;
  const cut = text
    .slice(0, most - 1)
    .toWellFormed()
    .replace(/\s+\S*$/u, '');
  return { text: `${cut}…`, confidence };
}
