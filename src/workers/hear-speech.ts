import { type FileHandle, open } from 'node:fs/promises';
import type { InferenceClient, ModelIdentity } from '../core/inference/inference-client.js';
import { SPEECH_SAMPLES_A_SECOND } from '../core/inference/sound-pieces.js';
import type { AnswerOf } from '../core/inference/task-table.js';

type SpokenLine = AnswerOf<'transcribe'>['lines'][number];

/** Half a minute at a time, whatever the length of the whole. */
const PIECE_SAMPLES = 30 * SPEECH_SAMPLES_A_SECOND;
/** Less is a click. */
const LEAST_SAMPLES = SPEECH_SAMPLES_A_SECOND / 10;
/** Of speech in a language that the model does not know it is hardly ever so sure; of single lines in its own it may be less. */
const [SURE_OF_ALL, SURE_OF_LINE] = [0.62, 0.45];

export interface HeardSpeech {
  readonly model: ModelIdentity;
  /** In order, of the whole sound. */
  readonly lines: readonly SpokenLine[];
  /** Whether it is in a language that the model knows. */
  readonly isUnderstood: boolean;
}

/** Has a model hear bare samples of 16 bits, piece by piece, each beginning in a pause or where a sentence begins. */
export async function hearSpeech(
  inference: InferenceClient,
  request: {
    readonly path: string;
    readonly onProgress: (progress: { readonly fraction: number }) => void;
    readonly signal: AbortSignal;
  },
): Promise<HeardSpeech> {
  const { path, onProgress, signal } = request;
  const file = await open(path);
  try {
    const total = Math.floor((await file.stat()).size / 2);
    const lines: SpokenLine[] = [];
    for (let at = 0; ; ) {
      const samples = await read(file, at, Math.min(PIECE_SAMPLES, total - at));
      const isLast = at + samples.length >= total;
      const { model, answer } = await inference.infer('transcribe', { samples, isLast }, { signal });
      const begins = at / SPEECH_SAMPLES_A_SECOND;
      for (const { startSeconds, endSeconds, ...line } of answer.lines)
        lines.push({ startSeconds: begins + startSeconds, endSeconds: begins + endSeconds, ...line });
      if (isLast)
        return {
          model,
          lines: lines.filter(({ confidence }) => confidence >= SURE_OF_LINE),
          isUnderstood: sureness(lines) >= SURE_OF_ALL,
        };
      const heard = Math.floor(answer.heardSeconds * SPEECH_SAMPLES_A_SECOND);
      // A model that says it has heard nothing must not be given the same again.
      at += heard >= LEAST_SAMPLES ? Math.min(heard, samples.length) : samples.length;
      onProgress({ fraction: at / total });
    }
  } finally {
    await file.close();
  }
}

async function read(file: FileHandle, from: number, count: number): Promise<Float32Array<ArrayBuffer>> {
  const bytes = new Uint8Array(count * 2);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, from * 2);
  return Float32Array.from(
    new Int16Array(bytes.buffer, 0, Math.floor(bytesRead / 2)),
    (sample) => sample / 32_768,
  );
}

/** How sure the model was, by the letters of what it wrote. */
function sureness(lines: readonly SpokenLine[]): number {
  const letters = lines.reduce((sum, { text }) => sum + text.length, 0);
  const sure = lines.reduce((sum, { text, confidence }) => sum + confidence * text.length, 0);
  return letters === 0 ? 0 : sure / letters;
}
