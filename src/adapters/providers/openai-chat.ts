import { z } from 'zod';
import { type MediaFlowError, unsupported } from '../../core/errors.js';
import type { TokenCounts } from '../../core/inference/inference-client.js';
import { spentDetails } from '../../core/inference/spent-tokens.js';
import { type AnswerForm, createAnswerForms } from './answer-form.js';
import { answerInvalid, askProvider, type ProviderServer } from './provider-call.js';

const chatSchema = z.object({
  model: z.string().optional(),
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
      }),
    )
    .min(1),
  usage: z.object({ prompt_tokens: z.int().min(0), completion_tokens: z.int().min(0) }).nullish(),
});

export interface ChatQuestion<Schema extends z.ZodType, Read extends z.ZodType = Schema> {
  readonly name: string;
  readonly system: string;
  /** A text, or a picture as an address of its data. */
  readonly user: string | { readonly imageUrl: string };
  /** All fields required, none that is not named: what strict mode takes. */
  readonly schema: Schema;
  /** What the answer is held to where that is not the same. */
  readonly readAs?: Read;
  readonly maximumTokens: number;
  readonly signal: AbortSignal;
}

export interface ChatAnswer<Answer> {
  readonly answer: Answer;
  /** As the server calls it. */
  readonly model: string;
  readonly tokens: TokenCounts;
}

/** Asks a chat model, of any server that speaks as OpenAI's does, for an answer of a schema, and holds the answer to it. */
export function createChat(
  server: ProviderServer,
  options: { readonly url: string; readonly model: string },
) {
  const inKnownForm = createAnswerForms(server.now);

  const ask = async (question: ChatQuestion<z.ZodType, z.ZodType>, form: AnswerForm): Promise<unknown> => {
    const schema = z.toJSONSchema(question.schema, { io: 'input' });
    const formats = {
      json_schema: { type: 'json_schema', json_schema: { name: question.name, strict: true, schema } },
      json_object: { type: 'json_object', schema },
    };
    const instructions =
      form === 'json_schema'
        ? question.system
        : `${question.system}\nAnswer with one JSON object of this JSON Schema and nothing else:\n${JSON.stringify(schema)}`;
    const body = {
      model: options.model,
      messages: [
        { role: 'system', content: instructions },
        { role: 'user', content: contentOf(question.user) },
      ],
      response_format: formats[form],
      temperature: 0,
      max_tokens: question.maximumTokens,
    };
    return askProvider(server, {
      ...{
        url: options.url,
        body: JSON.stringify(body),
        contentType: 'application/json',
        signal: question.signal,
      },
    });
  };

  return async <Schema extends z.ZodType, Read extends z.ZodType = Schema>(
    question: ChatQuestion<Schema, Read>,
  ): Promise<ChatAnswer<z.infer<Read>>> => {
    const said = await inKnownForm((form) => ask(question, form));
    const chat = chatSchema.safeParse(said);
    const [choice] = chat.data?.choices ?? [];
    if (!chat.success || !choice) throw answerInvalid(server.name, 'it is no completion');
    const { prompt_tokens: input = 0, completion_tokens: output = 0 } = chat.data.usage ?? {};
    const model = chat.data.model ?? options.model;
    const tokens = { input, output };
    // An answer that cannot be used is paid for as any.
    const details = { provider: server.name, ...spentDetails({ model: options.model, tokens }) };
    if (choice.message.refusal)
      throw unsupported('provider_refused', `${server.name} does not want to answer.`, details);
    if (choice.finish_reason === 'content_filter')
      throw unsupported('provider_refused', `${server.name} holds its answer back.`, details);
    const invalidBecause = (why: string) => answerInvalid(server.name, why, details);
    const readAs = (question.readAs ?? question.schema) as Read;
    return { answer: held(readAs, choice.message.content ?? '', invalidBecause), model, tokens };
  };
}

const contentOf = (user: string | { readonly imageUrl: string }) =>
  typeof user === 'string' ? user : [{ type: 'image_url', image_url: { url: user.imageUrl } }];

function held<Schema extends z.ZodType>(
  schema: Schema,
  content: string,
  invalidBecause: (why: string) => MediaFlowError,
): z.infer<Schema> {
  let json: unknown;
  try {
    // Some write it as they would for a person.
    json = JSON.parse(content.trim().replace(/^```(?:json)?\s*|\s*```$/g, ''));
  } catch {
    throw invalidBecause('its text is no JSON');
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw invalidBecause('it does not keep to the schema');
  return parsed.data;
}
