import { z } from 'zod';
import type { InferenceClient } from '../../core/inference/inference-client.js';
import type { RgbImage } from '../../core/video-tools.js';
import { answerInvalid, askProvider, type ProviderServer } from './provider-call.js';
import { fewAtATime, providerClient } from './provider-client.js';

const moderationSchema = z.object({
  model: z.string().min(1).max(200),
  results: z
    .array(z.object({ category_scores: z.record(z.string().max(100), z.number().min(0).max(1)) }))
    .min(1),
});

export interface OpenAiOptions extends Omit<ProviderServer, 'name' | 'headers'> {
  readonly apiKey: string;
  /** Of any server that speaks the same, such as `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  readonly moderationModel: string;
  readonly jpegOf: (image: RgbImage) => Promise<Buffer>;
}

/** Those of the tasks that an OpenAI-compatible server does: its moderation endpoint looks at frames, one by one. */
export function createOpenAi(options: OpenAiOptions): InferenceClient {
  const { apiKey, baseUrl, moderationModel, jpegOf } = options;
  const server = { ...options, name: 'openai', headers: { authorization: `Bearer ${apiKey}` } };
  const url = `${baseUrl.replace(/\/+$/, '')}/moderations`;

  const moderate = async (image: RgbImage, signal: AbortSignal) => {
    const jpeg = (await jpegOf(image)).toString('base64');
    const body = JSON.stringify({
      model: moderationModel,
      input: [{ type: 'image_url', image_url: { url: `data:image/jpeg;base64,${jpeg}` } }],
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
  });
}
