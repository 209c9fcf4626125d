import { z } from 'zod';
import { utcInstant } from '../core/time.js';

/** An instant that a caller names, in any zone; handed on in UTC. What no database holds is refused. */
export const instantSchema = z.iso
  .datetime({ offset: true })
  .refine((text) => utcInstant(text) !== undefined, 'has to be in the years 1 to 9999')
  .overwrite((text) => utcInstant(text) ?? text);
