import { type KindRow, noLadder } from './kind-row.js';

export const audioKind: KindRow = {
  isOf: ({ image, video, audio }) => image === null && video === null && audio.length > 0,
  refusal: { code: 'no_video', message: 'The file has no picture: audio alone is not taken yet.' },
  ladderOf: () => noLadder,
  isPlayable: () => false,
  contentTypeOf: () => null,
  sizeOf: () => null,
};
