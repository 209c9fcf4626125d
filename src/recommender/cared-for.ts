import { tasteOf, type ViewerDoings } from '../core/viewer-taste.ts';

/**
 * Whether a viewer cared for an item, as models are trained and asked: 1 liked, -1 disliked, 0 neither. Who plays something
 * ten times says no more of what goes with it than who plays it once, and on such a scale the parameters were chosen.
 */
export const caredFor = (doings: ViewerDoings): number => Math.sign(tasteOf(doings));
