import { z } from 'zod';
import type { InferenceClient } from '../../core/inference/inference-client.js';
import type { DetectedObject } from '../../core/inference/task-table.js';
import type { RgbImage } from '../../core/video-tools.js';
import { huggingFaceSpeech, speechSchema } from './hugging-face-speech.js';
import { answerInvalid, askProvider, type ProviderServer } from './provider-call.js';
import { fewAtATime, providerClient } from './provider-client.js';
import { zeroShotMetadata, zeroShotSchema } from './zero-shot.js';
import { picturedSchema, zeroShotTags } from './zero-shot-tags.js';

const MAXIMUM_LABELS = 100;
const MAXIMUM_OBJECTS = 20;

const label = z.string().min(1).max(100);
const score = z.number().min(0).max(1);
const classesSchema = z.array(z.object({ label, score })).min(1).max(MAXIMUM_LABELS);
const objectsSchema = z
  .array(
    z.object({
      ...{ label, score },
      /** In pixels of the picture that was sent. */
      box: z.object({ xmin: z.number(), ymin: z.number(), xmax: z.number(), ymax: z.number() }),
    }),
  )
  .max(1000);

export interface HuggingFaceOptions extends Omit<ProviderServer, 'name' | 'headers'> {
  readonly token: string;
  /** `{model}` in it is the name of the model; an endpoint of one's own serves one, and its address has none. */
  readonly endpointUrl: string;
  readonly moderationModel: string;
  readonly detectionModel: string;
  /** Says how well a name fits a text. */
  readonly textModel: string;
  readonly speechModel: string;
  /** Says which of these labels fit a picture, instead of finding objects in it; undefined leaves it to the detection. */
  readonly tagging?: { readonly model: string; readonly labels: readonly string[] } | undefined;
  readonly jpegOf: (image: RgbImage) => Promise<Buffer>;
}

/** Those of the tasks that Hugging Face's servers do: classification of frames, objects in them, and which names fit what is said of an item. */
export function createHuggingFace(options: HuggingFaceOptions): InferenceClient {
  const { token, endpointUrl, moderationModel, detectionModel, textModel, speechModel, tagging, jpegOf } =
    options;
  const server = { ...options, name: 'huggingface', headers: { authorization: `Bearer ${token}` } };
  const modelOf = (model: string) => ({ provider: 'huggingface', model, version: model });

  const ask = async <Schema extends z.ZodType>(
    model: string,
    asked: { readonly body: string | Uint8Array; readonly contentType: string },
    schema: Schema,
    signal: AbortSignal,
  ): Promise<z.infer<Schema>> => {
    const said = await askProvider(server, {
      ...{ url: endpointUrl.replace('{model}', model), ...asked, signal },
    });
    const parsed = schema.safeParse(said);
    if (!parsed.success) throw answerInvalid(server.name, 'it is not what such a model answers');
    return parsed.data;
  };
  const picture = async (image: RgbImage) => ({ body: await jpegOf(image), contentType: 'image/jpeg' });

  return providerClient('huggingface', {
    async moderateFrames({ images }, signal) {
      const each = await fewAtATime(images, async (image) =>
        ask(moderationModel, await picture(image), classesSchema, signal),
      );
      const labels = each.map((classes) =>
        Object.fromEntries(classes.map((found) => [found.label.toLowerCase(), found.score])),
      );
      return { model: modelOf(moderationModel), answer: { labels } };
    },
    async tagFrames({ images }, signal) {
      if (tagging) {
        const { model, labels } = tagging;
        const objects = await fewAtATime(images, async (image) =>
          zeroShotTags(
            (body) => ask(model, inJson(body), picturedSchema, signal),
            await jpegOf(image),
            labels,
          ),
        );
        return { model: modelOf(model), answer: { objects } };
      }
      const each = await fewAtATime(images, async (image) =>
        (await ask(detectionModel, await picture(image), objectsSchema, signal))
          .map((found) => objectIn(image, found))
          .toSorted((one, other) => other.confidence - one.confidence)
          .slice(0, MAXIMUM_OBJECTS),
      );
      return { model: modelOf(detectionModel), answer: { objects: each } };
    },
    async generateMetadata(request, signal) {
      const answer = await zeroShotMetadata(
        (body) => ask(textModel, inJson(body), zeroShotSchema, signal),
        request,
      );
      return { model: modelOf(textModel), answer };
    },
    async transcribe(piece, signal) {
      const answer = await huggingFaceSpeech(
        (body) => ask(speechModel, inJson(body), speechSchema, signal),
        piece,
      );
      return { model: modelOf(speechModel), answer };
    },
  });
}

const inJson = (body: object) => ({ body: JSON.stringify(body), contentType: 'application/json' });

const fraction = (pixels: number, of: number): number => Math.min(1, Math.max(0, pixels / of));

function objectIn(
  { width, height }: RgbImage,
  { label, score, box }: z.infer<typeof objectsSchema>[number],
): DetectedObject {
  const [left, top] = [fraction(box.xmin, width), fraction(box.ymin, height)];
  return {
    label,
    confidence: score,
    box: [
      left,
      top,
      Math.max(0, fraction(box.xmax, width) - left),
      Math.max(0, fraction(box.ymax, height) - top),
    ],
  };
}
