import { type KindRow, noLadder } from './kind-row.js';

export const imageKind: KindRow = {
  isOf: ({ image }) => image !== null,
  ladderOf: () => noLadder,
  /** What is shown of a picture are the files that it is published with. */
  isPlayable: () => true,
  contentTypeOf: ({ container }) => `image/${container}`,
  lengthOf: ({ image, durationSeconds }) => (image && image.frameCount > 1 ? durationSeconds : null),
  sizeOf: ({ image }) => image && { width: image.width, height: image.height },
};
