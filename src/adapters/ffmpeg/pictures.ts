import { type MediaFlowError, unsupported } from '../../core/errors.js';
import { whatIsTaken } from './allow-lists.js';

/** A picture, which some tools would take for damage and some for a video of one frame. */
export const pictureRefused = (name: string, details?: { readonly said: string }): MediaFlowError =>
  unsupported('forbidden_format', `This is a picture (${name}). ${whatIsTaken}`, details);
