import { z } from 'zod';
import { fileNamePattern } from '../../core/derivative.js';

export const mediaId = z.object({ id: z.string().max(200) });
export const fileName = z.string().regex(fileNamePattern);
