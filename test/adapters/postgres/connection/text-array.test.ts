import { afterAll, expect, test } from 'vitest';
import { textArray } from '../../../../src/adapters/postgres/connection/text-array.js';
import { createTestDatabase } from '../../../support/database.js';

const database = await createTestDatabase();
afterAll(() => database.drop());

test.for([[[]], [['']], [['plain', '{"a":"\\\\ \\"quoted\\" {} , NULL"}', 'NULL', 'é 🎬 \n', '']]])(
  'PostgreSQL reads the texts as they are: %j',
  async ([texts = []]) => {
    const { rows } = await database.pool.query('select $1::text[] as texts', [textArray(texts)]);
    expect(rows).toEqual([{ texts }]);
  },
);
