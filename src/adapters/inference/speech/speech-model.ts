import { speechModel } from '../bundled-models.ts';
import { readVerified } from '../verified-files.ts';
import { type OnnxRuntime, type OnnxTensor, onOneCore } from './onnx-runtime.ts';
import { SAMPLE_RATE_HZ } from './voice-detector.ts';

const BEGIN = 1;
const END = 2;
/** Nobody says more in a second; beyond it the model repeats itself. */
const MOST_TOKENS_A_SECOND = 6.5;
const NOTHING_YET = [0, 8, 1, 36];

/** What somebody said. */
export interface Heard {
  readonly tokens: readonly number[];
  /** 0..1: the mean of how sure each token was. */
  readonly confidence: number;
}

/** Loads the recogniser, for English of up to some seconds at a time. Throws ModelFilesError. */
export async function loadSpeechModel(
  runtime: OnnxRuntime,
): Promise<(samples: Float32Array) => Promise<Heard>> {
  const { topology, weights } = await readVerified(speechModel);
  const encoder = await runtime.InferenceSession.create(topology.bytes, onOneCore);
  const decoder = await runtime.InferenceSession.create(weights[0]?.bytes ?? Buffer.alloc(0), onOneCore);
  const pastNames = decoder.inputNames.filter((name) => name.startsWith('past_key_values'));
  const { Tensor } = runtime;

  return async (samples) => {
    const sound = new Tensor('float32', samples, [1, samples.length]);
    const { last_hidden_state: hidden } = await encoder.run({ input_values: sound });
    if (!hidden) throw new Error('The encoder gave nothing.');
    const most = Math.ceil((samples.length / SAMPLE_RATE_HZ) * MOST_TOKENS_A_SECOND);
    const past: Record<string, OnnxTensor> = Object.fromEntries(
      pastNames.map((name) => [name, new Tensor('float32', new Float32Array(0), NOTHING_YET)]),
    );
    const tokens: number[] = [];
    let sureness = 0;
    for (let token = BEGIN; tokens.length < most; tokens.push(token)) {
      const isFirst = tokens.length === 0;
      const made = await decoder.run({
        ...past,
        input_ids: new Tensor('int64', BigInt64Array.from([BigInt(token)]), [1, 1]),
        encoder_hidden_states: hidden,
        use_cache_branch: new Tensor('bool', [!isFirst], [1]),
      });
      const likeliest = likeliestOf(made.logits?.data ?? new Float32Array(0));
      if (likeliest.token === END) break;
      token = likeliest.token;
      sureness += likeliest.probability;
      for (const name of pastNames) {
        const next = made[name.replace('past_key_values', 'present')];
        // What it knows of the sound does not change after the first token.
        if (next && (isFirst || name.includes('decoder'))) past[name] = next;
      }
    }
    return { tokens, confidence: tokens.length > 0 ? sureness / tokens.length : 0 };
  };
}

function likeliestOf(logits: Float32Array): { readonly token: number; readonly probability: number } {
  let token = 0;
  for (let index = 1; index < logits.length; index += 1)
    if ((logits[index] ?? 0) > (logits[token] ?? 0)) token = index;
  const highest = logits[token] ?? 0;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - highest);
  return { token, probability: 1 / sum };
}
