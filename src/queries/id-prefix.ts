import { z } from 'zod';

/** The beginning of an id as people copy one. */
export const idPrefix = z
  .string()
  .toLowerCase()
  .regex(/^[\da-f-]{8,36}$/, 'has to be the first 8 characters of an id, or more')
  .optional();
