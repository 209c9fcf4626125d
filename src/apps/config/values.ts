import { z } from 'zod';
import { splitList } from '../../core/text-list.js';

/** Kinds of values that several variables have. */
export const list = z.string().default('').transform(splitList);
export const flag = z.enum(['true', 'false']).default('false');

/** What is read of variables. */
export type Read<Variables extends z.ZodRawShape> = z.infer<z.ZodObject<Variables>>;
