import { createRequire } from 'node:module';

/** As much as we use of a tensor of ONNX Runtime. */
export interface OnnxTensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

export interface OnnxSession {
  readonly inputNames: readonly string[];
  run(inputs: Readonly<Record<string, OnnxTensor>>): Promise<Readonly<Record<string, OnnxTensor>>>;
}

export interface OnnxRuntime {
  readonly Tensor: new (
    type: string,
    data: Float32Array | BigInt64Array | readonly boolean[],
    dims: readonly number[],
  ) => OnnxTensor;
  readonly InferenceSession: {
    create(bytes: Uint8Array, options: Readonly<Record<string, unknown>>): Promise<OnnxSession>;
  };
}

/** Loads the runtime's library; by require, since a thread that never needs it must not load it. */
export const loadOnnxRuntime = (): OnnxRuntime =>
  createRequire(import.meta.url)('onnxruntime-node') as OnnxRuntime;

/** One core: others of the process have work as well. */
export const onOneCore = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 } as const;
