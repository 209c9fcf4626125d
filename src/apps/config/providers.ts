import { z } from 'zod';
import { type InferenceTask, inferenceTaskNames } from '../../core/inference/task-table.js';
import { list, type Read } from './values.js';

/** What each provider is asked for, if it is named for it. */
const PROVIDER_TASKS = {
  openai: ['moderateFrames', 'tagFrames', 'transcribe', 'generateMetadata', 'rankCandidates'],
  huggingface: ['moderateFrames', 'tagFrames', 'transcribe', 'generateMetadata'],
} as const satisfies Record<string, readonly InferenceTask[]>;

export type ProviderName = keyof typeof PROVIDER_TASKS;
const LOCAL = 'local';

/** For each task, who is asked, in order. */
export type ProviderOrder = Readonly<Record<InferenceTask, readonly (ProviderName | typeof LOCAL)[]>>;

/** No model at hand does it. */
const isNeverLocal = (task: string): boolean => task === 'rankCandidates';

const isDoneBy = (task: string, name: string): boolean =>
  name === LOCAL
    ? !isNeverLocal(task)
    : (PROVIDER_TASKS as Record<string, readonly string[]>)[name]?.includes(task) === true;

const pairsOf = (text: string): [task: string, names: string[]][] =>
  text
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const [task = '', names = ''] = part.split('=');
      return [task.trim(), names.split(',').map((name) => name.trim())];
    });

/** The first part that nobody can follow. */
function wrongIn(text: string): string | undefined {
  const isTask = (task: string) => (inferenceTaskNames as readonly string[]).includes(task);
  const wrong = pairsOf(text).flatMap(([task, names]) =>
    names.filter((name) => !isTask(task) || !isDoneBy(task, name)).map((name) => `${task}=${name}`),
  );
  return wrong[0];
}

const orderSchema = z
  .string()
  .default('')
  .refine((text) => wrongIn(text) === undefined, {
    error: ({ input }) =>
      `has to be like tagFrames=huggingface,local;moderateFrames=local,openai, and not ${wrongIn(String(input))}: openai does ${PROVIDER_TASKS.openai.join(', ')}, huggingface ${PROVIDER_TASKS.huggingface.join(', ')}, local all but rankCandidates`,
  });

/** `name=number`, separated by commas. */
const numbers = (error: string) => list.pipe(z.array(z.string().regex(/^[^\s=]+=\d+(\.\d+)?$/, error)));

const byName = (parts: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    parts.map((part): [string, number] => {
      const [name = '', number] = part.split('=');
      return [name, Number(number)];
    }),
  );

/** Models of others. */
export const providerVariables = {
  INFERENCE_PROVIDERS: orderSchema.describe(
    'Who does which task, in order, such as `tagFrames=huggingface,local;moderateFrames=local,openai`: who fails is followed by the next, and `local`, the models at hand, is last where it is not named. For `moderateFrames` the models at hand always look, and providers can make that severer, never milder',
  ),
  INFERENCE_PROVIDER_SECONDS: z.coerce
    .number()
    .positive()
    .max(3600)
    .default(120)
    .describe('Time in which a provider has to have answered a request, with all attempts and its turn'),
  INFERENCE_PROVIDER_REQUESTS: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(2)
    .describe(
      'Requests (such as all frames of a film) that this process has under way at a provider at once',
    ),
  INFERENCE_ITEMS_A_DAY: numbers('has to be like openai=5000,huggingface=2000').describe(
    'Pictures that a provider is shown, and items that it suggests metadata to, a day (UTC) at most, by all processes together, such as `openai=5000,huggingface=2000`; beyond that the next in order is asked. Without one there is no limit',
  ),
  INFERENCE_TOKENS_A_DAY: numbers('has to be like openai=1000000').describe(
    'Tokens a day (UTC) after which a provider is asked no more, by all processes together, such as `openai=1000000`; what is under way then is paid all the same',
  ),
  INFERENCE_TOKENS_AN_ITEM: z.coerce
    .number()
    .int()
    .positive()
    .default(50_000)
    .describe(
      'Tokens that suggestions of metadata to one item may take altogether; after that no provider is asked for it, and `local` answers',
    ),
  INFERENCE_PRICES: numbers('has to be like facebook/detr-resnet-50=0.0002').describe(
    'What one picture (or item) costs, by model, and a million tokens (`MODEL:input`, `MODEL:output`), in whatever money you count, such as `facebook/detr-resnet-50=0.0002,gpt-4o-mini:input=0.15,gpt-4o-mini:output=0.6`; `GET /v1/usage` adds it up',
  ),
  OPENAI_API_KEY: z.string().min(1).optional().describe('The key for `OPENAI_BASE_URL`'),
  OPENAI_BASE_URL: z
    .url({ protocol: /^https?$/ })
    .default('https://api.openai.com/v1')
    .describe('OpenAI, or any server that speaks as it does'),
  OPENAI_MODERATION_MODEL: z
    .string()
    .min(1)
    .default('omni-moderation-latest')
    .describe('The model that its moderation endpoint is asked for'),
  OPENAI_CHAT_MODEL: z
    .string()
    .min(1)
    .default('gpt-4o-mini')
    .describe(
      'The chat model that is shown pictures for `tagFrames`, the words of an item for `generateMetadata`, and titles and tags for `rankCandidates`; it may choose from closed lists and nothing else',
    ),
  OPENAI_SPEECH_MODEL: z
    .string()
    .min(1)
    .default('whisper-1')
    .describe('The model that transcribes, which has to know `verbose_json`'),
  HF_TOKEN: z.string().min(1).optional().describe('The token for `HF_ENDPOINT_URL`'),
  HF_ENDPOINT_URL: z
    .string()
    .regex(/^https?:\/\/\S+$/, 'has to be an address')
    .default('https://router.huggingface.co/hf-inference/models/{model}')
    .describe(
      'Hugging Face’s inference, or an endpoint of one’s own; `{model}` stands for the name of the model',
    ),
  HF_MODERATION_MODEL: z
    .string()
    .min(1)
    .default('Falconsai/nsfw_image_detection')
    .describe('A model that classifies pictures; labels that speak for a class are in docs/operations.md'),
  HF_DETECTION_MODEL: z
    .string()
    .min(1)
    .default('facebook/detr-resnet-50')
    .describe('A model that finds objects in pictures'),
  HF_TAGGING_MODEL: z
    .string()
    .min(1)
    .optional()
    .describe(
      'A model that says which labels of a list fit a picture (zero-shot), such as `openai/clip-vit-large-patch14`: it is asked for `tagFrames` instead of `HF_DETECTION_MODEL`',
    ),
  HF_TAGGING_LABELS: list
    .pipe(z.array(z.string().max(100)).max(200))
    .describe(
      'The labels of that list, separated by commas; those of the model at hand unless there are any',
    ),
  HF_SPEECH_MODEL: z
    .string()
    .min(1)
    .default('distil-whisper/distil-large-v3')
    .describe(
      'A model that writes down speech; such models do not say how sure they are, so choose one of English, as captions are',
    ),
  HF_TEXT_MODEL: z
    .string()
    .min(1)
    .default('facebook/bart-large-mnli')
    .describe(
      'A model that says how well a name fits a text (zero-shot classification), for tags and genre of `generateMetadata`; title and summary it has none',
    ),
};

export interface ProviderConfig {
  readonly order: ProviderOrder;
  readonly deadlineSeconds: number;
  readonly maximumRequests: number;
  /** By provider; absent where there is no limit. */
  readonly itemsADay: Readonly<Record<string, number>>;
  readonly tokensADay: Readonly<Record<string, number>>;
  readonly tokensAnItem: number;
  /** Of one item, by model; of a million tokens by `MODEL:input` and `MODEL:output`. */
  readonly prices: Readonly<Record<string, number>>;
  readonly openai: {
    readonly apiKey: string;
    readonly baseUrl: string;
    readonly moderationModel: string;
    readonly chatModel: string;
    readonly speechModel: string;
  };
  readonly huggingface: {
    readonly token: string;
    readonly endpointUrl: string;
    readonly moderationModel: string;
    readonly detectionModel: string;
    readonly textModel: string;
    readonly speechModel: string;
    readonly taggingModel: string | undefined;
    /** Empty where they are those of the model at hand. */
    readonly taggingLabels: readonly string[];
  };
}

export function readProviders(env: Read<typeof providerVariables>): ProviderConfig {
  const pairs = Object.fromEntries(pairsOf(env.INFERENCE_PROVIDERS));
  // What is never local has nobody behind those named; where nobody is named it is asked of where models are served.
  const last = (task: InferenceTask) => (isNeverLocal(task) && pairs[task] ? [] : [LOCAL]);
  const order = Object.fromEntries(
    inferenceTaskNames.map((task) => [task, [...new Set([...(pairs[task] ?? []), ...last(task)])]]),
  ) as unknown as ProviderOrder;
  return {
    order,
    deadlineSeconds: env.INFERENCE_PROVIDER_SECONDS,
    maximumRequests: env.INFERENCE_PROVIDER_REQUESTS,
    itemsADay: byName(env.INFERENCE_ITEMS_A_DAY),
    tokensADay: byName(env.INFERENCE_TOKENS_A_DAY),
    tokensAnItem: env.INFERENCE_TOKENS_AN_ITEM,
    prices: byName(env.INFERENCE_PRICES),
    openai: {
      apiKey: env.OPENAI_API_KEY ?? '',
      baseUrl: env.OPENAI_BASE_URL,
      moderationModel: env.OPENAI_MODERATION_MODEL,
      chatModel: env.OPENAI_CHAT_MODEL,
      speechModel: env.OPENAI_SPEECH_MODEL,
    },
    huggingface: {
      token: env.HF_TOKEN ?? '',
      endpointUrl: env.HF_ENDPOINT_URL,
      moderationModel: env.HF_MODERATION_MODEL,
      detectionModel: env.HF_DETECTION_MODEL,
      textModel: env.HF_TEXT_MODEL,
      speechModel: env.HF_SPEECH_MODEL,
      taggingModel: env.HF_TAGGING_MODEL,
      taggingLabels: env.HF_TAGGING_LABELS,
    },
  };
}

/** Whether the provider has what it is asked with, where it is named for a task. */
export function hasKeyOf(provider: ProviderName, env: Read<typeof providerVariables>): boolean {
  const key = { openai: env.OPENAI_API_KEY, huggingface: env.HF_TOKEN }[provider];
  return key !== undefined || !Object.values(readProviders(env).order).flat().includes(provider);
}

/** Whether a provider is named that puts lists in order. */
export const ranksLists = (env: Read<typeof providerVariables>): boolean =>
  readProviders(env).order.rankCandidates.some((name) => name !== LOCAL);
