import type { ListType } from '../../../src/core/list-type.js';
import type { Row } from '../../../src/core/projection.js';

/** Whether a row of the library belongs on a list of this type. */
export const isOfType = (row: Row, type: ListType): boolean => type === 'any' || row.type === type;
