import { type GraphModel, loadGraphModel } from '@tensorflow/tfjs-converter';
import type { io, Tensor } from '@tensorflow/tfjs-core';

/** `model.json` of the TensorFlow.js graph format, as far as we read it. */
export interface GraphModelJson {
  readonly modelTopology: object;
  readonly weightsManifest: readonly { readonly weights: readonly io.WeightsManifestEntry[] }[];
}

/** Builds a graph from bytes in memory, so that nothing is ever fetched. */
export const graphModelFrom = (json: GraphModelJson, weights: Buffer): Promise<GraphModel> =>
  loadGraphModel({
    load: async () => ({
      modelTopology: json.modelTopology,
      weightSpecs: json.weightsManifest.flatMap((group) => group.weights),
      weightData: Uint8Array.from(weights).buffer,
    }),
  });

/** The whole name of the inner node that ends so: what is before it differs by who has trained the network. */
export function nodeNamed({ modelTopology }: GraphModelJson, ending: string): string {
  const { node } = modelTopology as { readonly node: readonly { readonly name: string }[] };
  const found = node.find(({ name }) => name.endsWith(ending));
  if (!found) throw new Error(`The network has no node ${ending}.`);
  return found.name;
}

/**
 * A tensor's values; the tensor is gone afterwards. Use it outside `tidy`, which looks for tensors in every element of
 * an array it returns: for a detector's 170,000 scores that took longer than the network.
 */
export const takeValues = (tensor: Tensor): Float32Array => {
  const values = tensor.dataSync<'float32'>();
  tensor.dispose();
  return values;
};
