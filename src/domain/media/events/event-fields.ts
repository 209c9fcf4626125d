import { z } from 'zod';

/** What every event of an item holds. */
export const media = { mediaId: z.string().min(1) };
export const failure = { code: z.string(), message: z.string() };
