import { z } from 'zod';
import type { InferenceClient, TokenCounts } from '../../core/inference/inference-client.js';
import { spentIn, withSpent } from '../../core/inference/spent-tokens.js';
import type { DetectedObject } from '../../core/inference/task-table.js';
import type { RgbImage } from '../../core/video-tools.js';
import { chatMetadata } from './chat-metadata.js';
import { chatRanking } from './chat-ranking.js';
import { TAG_PROMPT, TAG_PROMPT_VERSION, tagAnswerSchema } from './closed-tags.js';
import { createChat } from './openai-chat.js';
import { openAiSpeech } from './openai-speech.js';
import { answerInvalid, askProvider, type ProviderServer } from './provider-call.js';
import { fewAtATime, providerClient } from './provider-client.js';

const moderationSchema = z.object({
  model: z.string().min(1).max(200),
  results: z
    .array(z.object({ category_scores: z.record(z.string().max(100), z.number().min(0).max(1)) }))
    .min(1),
});

const MAXIMUM_TAG_TOKENS = 800;

export interface OpenAiOptions extends Omit<ProviderServer, 'name' | 'headers'> {
  readonly apiKey: string;
  /** Of any server that speaks the same, such as `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  readonly moderationModel: string;
  /** A chat model that is shown pictures; it names objects by these labels and no others. */
  readonly chatModel: string;
  readonly speechModel: string;
  readonly labels: readonly string[];
  readonly jpegOf: (image: RgbImage) => Promise<Buffer>;
}

/** Those of the tasks that an OpenAI-compatible server does: its moderation endpoint looks at frames, one by one. */
export function createOpenAi(options: OpenAiOptions): InferenceClient {
  const { apiKey, baseUrl, moderationModel, chatModel, speechModel, labels, jpegOf } = options;
  const server = { ...options, name: 'openai', headers: { authorization: `Bearer ${apiKey}` } };
  const base = baseUrl.replace(/\/+$/, '');
  const url = `${base}/moderations`;
  const chat = createChat(server, { url: `${base}/chat/completions`, model: chatModel });
  const tagSchema = tagAnswerSchema(labels);
  const dataUrlOf = async (image: RgbImage) =>
    `data:image/jpeg;base64,${(await jpegOf(image)).toString('base64')}`;

  const tag = async (image: RgbImage, signal: AbortSignal) =>
    chat({
      ...{ name: 'tags', system: TAG_PROMPT, user: { imageUrl: await dataUrlOf(image) }, schema: tagSchema },
      ...{ maximumTokens: MAXIMUM_TAG_TOKENS, signal },
    });

  const moderate = async (image: RgbImage, signal: AbortSignal) => {
    const body = JSON.stringify({
      model: moderationModel,
      input: [{ type: 'image_url', image_url: { url: await dataUrlOf(image) } }],
    });
    const said = await askProvider(server, { url, body, contentType: 'application/json', signal });
    const parsed = moderationSchema.safeParse(said);
    const [result] = parsed.data?.results ?? [];
    if (!parsed.success || !result) throw answerInvalid(server.name, 'it is no moderation');
    return { model: parsed.data.model, labels: result.category_scores };
  };

  return providerClient('openai', {
    async moderateFrames({ images }, signal) {
      const each = await fewAtATime(images, (image) => moderate(image, signal));
      const model = each[0]?.model ?? moderationModel;
      return {
        model: { provider: 'openai', model: moderationModel, version: model },
        answer: { labels: each.map(({ labels }) => labels) },
      };
    },
    async tagFrames({ images }, signal) {
      const spent = { input: 0, output: 0 };
      const add = ({ input, output }: TokenCounts) => {
        spent.input += input;
        spent.output += output;
      };
      const each = await fewAtATime(images, async (image) => {
        try {
          const said = await tag(image, signal);
          add(said.tokens);
          return said;
        } catch (error) {
          add(spentIn(error)?.tokens ?? { input: 0, output: 0 });
          throw error;
        }
      }).catch((error: unknown) => {
        throw withSpent(error, { model: chatModel, tokens: spent });
      });
      return {
        model: {
          ...{ provider: 'openai', model: chatModel, version: each[0]?.model ?? chatModel },
          ...{ promptVersion: TAG_PROMPT_VERSION, tokens: spent },
        },
        answer: { objects: each.map(({ answer }) => answer.objects.map(anywhere).toSorted(surestFirst)) },
      };
    },
    transcribe: (piece, signal) =>
      openAiSpeech(server, piece, { url: `${base}/audio/transcriptions`, speechModel, signal }),
    generateMetadata: (request, signal) => chatMetadata(chat, request, { chatModel, signal }),
    rankCandidates: (request, signal) => chatRanking(chat, request, { chatModel, signal }),
  });
}

/** Where it is in the picture such a model is not asked. */
const anywhere = ({ label, confidence }: Pick<DetectedObject, 'label' | 'confidence'>): DetectedObject => ({
  ...{ label, confidence },
  box: [0, 0, 1, 1],
});

const surestFirst = (one: DetectedObject, other: DetectedObject): number => other.confidence - one.confidence;
