import { z } from 'zod';
import type { Inferred } from '../../core/inference/inference-client.js';
import type { RequestOf } from '../../core/inference/task-table.js';
import { answerInvalid, askProvider, type ProviderServer } from './provider-call.js';
import { spokenLines } from './spoken-lines.js';
import { wavFile } from './wav-file.js';

const seconds = z.number().min(0).max(1e6);
const transcriptionSchema = z.object({
  language: z.string().max(40).nullish(),
  segments: z
    .array(
      z.object({
        ...{ start: seconds, end: seconds, text: z.string().max(10_000) },
        avg_logprob: z.number().nullish(),
        no_speech_prob: z.number().min(0).max(1).nullish(),
      }),
    )
    .max(1000)
    .nullish(),
});

/** Lines are written down in English: what is said in another language is left out, as the model at hand does. */
const ENGLISH = ['en', 'english'];
/** Of a server that does not say how sure it is. */
const UNTOLD_SURENESS = 0.7;

/** What is said, by the transcription of an OpenAI-compatible server, which gets the piece alone. */
export async function openAiSpeech(
  server: ProviderServer,
  piece: RequestOf<'transcribe'>,
  {
    url,
    speechModel,
    signal,
  }: { readonly url: string; readonly speechModel: string; readonly signal: AbortSignal },
): Promise<Inferred<'transcribe'>> {
  const form = new FormData();
  form.append('file', new Blob([wavFile(piece.samples)], { type: 'audio/wav' }), 'piece.wav');
  form.append('model', speechModel);
  form.append('response_format', 'verbose_json');
  form.append('timestamp_granularities[]', 'segment');
  form.append('temperature', '0');
  const encoded = new Response(form);
  const said = await askProvider(server, {
    ...{ url, signal, body: new Uint8Array(await encoded.arrayBuffer()) },
    contentType: encoded.headers.get('content-type') ?? 'multipart/form-data',
  });
  const parsed = transcriptionSchema.safeParse(said);
  if (!parsed.success) throw answerInvalid(server.name, 'it is no transcription');
  const { language, segments } = parsed.data;
  const isEnglish = !language || ENGLISH.includes(language.toLowerCase());
  const lines = (isEnglish ? (segments ?? []) : []).map((segment) => ({
    ...{ startSeconds: segment.start, endSeconds: segment.end, text: segment.text },
    confidence: surenessOf(segment),
  }));
  return {
    model: { provider: 'openai', model: speechModel, version: speechModel },
    answer: spokenLines(lines, piece),
  };
}

const surenessOf = ({
  avg_logprob: logProbability,
  no_speech_prob: silence,
}: {
  readonly avg_logprob?: number | null | undefined;
  readonly no_speech_prob?: number | null | undefined;
}): number =>
  Math.min(
    logProbability == null ? UNTOLD_SURENESS : Math.min(1, Math.exp(logProbability)),
    silence == null ? 1 : 1 - silence,
  );
