import type { ListType } from '../../../core/list-type.js';

/** That an item of `media_library m` belongs on a list of this type, told as it is, so that the planner knows how many do. */
export const isOfType = (type: ListType): string => (type === 'any' ? 'true' : `m.type = '${type}'`);
