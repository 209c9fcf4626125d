import { expect, test } from 'vitest';
import { z } from 'zod';
import { sentenceOf } from '../../src/apps/schema-sentences.js';

const query = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  status: z.enum(['failed', 'published']).optional(),
  q: z.string().min(1).max(3).optional(),
  tags: z.array(z.string()).max(1).optional(),
  at: z.iso.datetime().optional(),
});

test.each<[object, string]>([
  [{ limit: '100000' }, 'may be 200 at most'],
  [{ limit: '0' }, 'has to be 1 at least'],
  [{ limit: 'many' }, 'is no number'],
  [{ limit: '1.5' }, 'is no whole number'],
  [{ status: 'lost' }, 'is none of failed, published'],
  [{ q: '' }, 'is empty'],
  [{ q: 'long' }, 'may have 3 characters at most'],
  [{ tags: ['a', 'b'] }, 'may have 1 entry at most'],
  [{ tags: 'a' }, 'is no list'],
  [{ at: 'yesterday' }, 'is no time like 2026-11-21T10:00:00Z'],
  [{ limti: 1 }, 'nothing is known of "limti"'],
])('%j is refused with a sentence for people', (value, sentence) => {
  const { error } = query.safeParse(value, { error: sentenceOf });
  expect(error?.issues.map(({ message }) => message)).toEqual([sentence]);
});
