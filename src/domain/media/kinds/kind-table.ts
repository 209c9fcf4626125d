import { type MediaKind, mediaKinds } from '../../../core/media-kind.js';
import type { Probe } from '../media-values.js';
import { audioKind } from './audio-kind.js';
import { imageKind } from './image-kind.js';
import type { KindRow, Refusal } from './kind-row.js';
import { videoKind } from './video-kind.js';

export const kindTable: Readonly<Record<MediaKind, KindRow>> = {
  image: imageKind,
  audio: audioKind,
  video: videoKind,
};

const nothingInIt: Refusal = { code: 'no_video', message: 'The file has neither picture nor sound.' };

/** The kind that a file is taken as, or why it is not: an item without a plan would wait for ever. */
export function takenAs(
  probe: Probe,
):
  | { readonly kind: MediaKind; readonly refusal?: never }
  | { readonly kind?: never; readonly refusal: Refusal } {
  const kind = mediaKinds.find((each) => kindTable[each].isOf(probe));
  if (kind === undefined) return { refusal: nothingInIt };
  const { refusal } = kindTable[kind];
  return refusal ? { refusal } : { kind };
}
