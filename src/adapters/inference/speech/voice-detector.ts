import { voiceModel } from '../bundled-models.ts';
import { readVerified } from '../verified-files.ts';
import { type OnnxRuntime, onOneCore } from './onnx-runtime.ts';

export const SAMPLE_RATE_HZ = 16_000;
/** 32 ms. */
export const FRAME_SAMPLES = 512;
/** The model hears a little of the frame before. */
const CONTEXT_SAMPLES = 64;
const STATE = [2, 1, 128];

/** Loads the detector; the function it gives back says of each whole frame how likely somebody speaks in it. Throws ModelFilesError. */
export async function loadVoiceDetector(
  runtime: OnnxRuntime,
): Promise<(samples: Float32Array) => Promise<Float32Array>> {
  const { topology } = await readVerified(voiceModel);
  const session = await runtime.InferenceSession.create(topology.bytes, onOneCore);
  const rate = new runtime.Tensor('int64', BigInt64Array.from([BigInt(SAMPLE_RATE_HZ)]), []);

  return async (samples) => {
    const probabilities = new Float32Array(Math.floor(samples.length / FRAME_SAMPLES));
    let state = new runtime.Tensor('float32', new Float32Array(256), STATE);
    for (let frame = 0; frame < probabilities.length; frame += 1) {
      const at = frame * FRAME_SAMPLES;
      const heard = new Float32Array(CONTEXT_SAMPLES + FRAME_SAMPLES);
      if (at > 0) heard.set(samples.subarray(at - CONTEXT_SAMPLES, at));
      heard.set(samples.subarray(at, at + FRAME_SAMPLES), CONTEXT_SAMPLES);
      const input = new runtime.Tensor('float32', heard, [1, heard.length]);
      const { output, stateN } = await session.run({ input, state, sr: rate });
      probabilities[frame] = output?.data[0] ?? 0;
      if (stateN) state = stateN;
    }
    return probabilities;
  };
}
