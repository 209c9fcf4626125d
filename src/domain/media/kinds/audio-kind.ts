import { servedAudio } from '../../../core/served-audio.js';
import { soundTypeOf } from '../content-type.js';
import { type KindRow, noLadder } from './kind-row.js';

export const audioKind: KindRow = {
  isOf: ({ image, video, audio }) => image === null && video === null && audio.length > 0,
  /** Its rungs are what its one step is told: none of them has a picture. */
  ladderOf: () => noLadder,
  isPlayable: ({ renditions }) => Object.values(renditions).some(({ kind }) => kind === 'audio'),
  contentTypeOf: ({ container, audio }) => soundTypeOf(container, servedAudio(audio)?.codec ?? ''),
  lengthOf: ({ durationSeconds }) => durationSeconds,
  sizeOf: () => null,
};
