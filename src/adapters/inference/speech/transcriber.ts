import { createRequire } from 'node:module';
import { cueLines } from './cue-lines.ts';
import { loadOnnxRuntime } from './onnx-runtime.ts';
import { loadSpeechModel } from './speech-model.ts';
import { stretchesOf } from './stretches.ts';
import { FRAME_SAMPLES, loadVoiceDetector, SAMPLE_RATE_HZ } from './voice-detector.ts';

/** A piece of sound: mono, 16,000 samples a second, from −1 to 1. */
export interface SoundPiece {
  readonly samples: Float32Array<ArrayBuffer>;
  /** Nothing comes behind it. */
  readonly isLast: boolean;
}

const secondsAt = (frame: number): number => (frame * FRAME_SAMPLES) / SAMPLE_RATE_HZ;

/** A model that has lost its way says the same again and again. */
const isRepeating = (text: string): boolean => /(\b.{3,40}?)\1{3,}/u.test(text);

interface Tokenizer {
  decode(tokens: number[], addsBegin: boolean, addsSpace: boolean): string;
}

/** By require, as the runtime: whoever installs the product without models has neither. */
const loadTokenizer = (): Tokenizer =>
  (createRequire(import.meta.url)('llama-tokenizer-js') as { readonly default: Tokenizer }).default;

/** Loads the models; the function it gives back writes down what is said in a piece. Throws ModelFilesError. */
export async function loadTranscriber() {
  const runtime = loadOnnxRuntime();
  const tokenizer = loadTokenizer();
  const detect = await loadVoiceDetector(runtime);
  const recognise = await loadSpeechModel(runtime);

  return async ({ samples, isLast }: SoundPiece) => {
    const { stretches, heard } = stretchesOf(await detect(samples), isLast);
    const lines = [];
    for (const { from, to } of stretches) {
      const { tokens, confidence } = await recognise(samples.slice(from * FRAME_SAMPLES, to * FRAME_SAMPLES));
      const text = tokenizer.decode([...tokens], false, false).trim();
      if (text === '' || isRepeating(text)) continue;
      const said = { startSeconds: secondsAt(from), endSeconds: secondsAt(to), text };
      lines.push(...cueLines(said).map((line) => ({ ...line, confidence })));
    }
    return { heardSeconds: isLast ? samples.length / SAMPLE_RATE_HZ : secondsAt(heard), lines };
  };
}
