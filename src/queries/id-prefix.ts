import { z } from 'zod';

/** The beginning of an id as people copy one. */
export const idPrefix = z
  .string()
  .toLowerCase()
  .regex(/^[\da-f-]{8,36}$/, 'has to be the first 8 characters of an id, or more')
  .optional();

/** SQL: what an index on the column finds at once. In every order of texts an id's next character comes before a `g`. */
export const beginsLike = (column: string) => (placeholder: string) =>
  `(${column} >= ${placeholder} and ${column} < ${placeholder} || 'g' and starts_with(${column}, ${placeholder}))`;
