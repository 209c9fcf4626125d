import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { configurationPage } from '../../scripts/docs/configuration-page.js';
import { eventsPage } from '../../scripts/docs/events-page.js';
import { fieldsOf } from '../../scripts/docs/schema-fields.js';

describe('fields of a schema', () => {
  const inShort = (shape: z.ZodRawShape) =>
    fieldsOf(z.object(shape)).map(({ path, type, description }) => [path, type, description].join(' — '));

  test.each<[string, z.ZodRawShape, string[]]>([
    ['a plain one', { title: z.string() }, ['title — string — ']],
    ['one that may be absent', { title: z.string().optional() }, ['title? — string — ']],
    ['one that may be null', { count: z.int().nullable() }, ['count — integer | null — ']],
    ['a choice', { via: z.enum(['tus', 'multipart']) }, ['via — "tus" | "multipart" — ']],
    ['units are told by names', { sizeBytes: z.number() }, ['sizeBytes — number — bytes']],
    [
      'words come before units',
      { width: z.int().describe('As shown') },
      ['width — integer — As shown; pixels'],
    ],
    ['a list', { tags: z.array(z.string()) }, ['tags — string[] — ']],
    ['a list of choices', { steps: z.array(z.enum(['a', 'b'])) }, ['steps — ("a" | "b")[] — ']],
    [
      'fields of fields, through lists and absences',
      { probe: z.object({ audio: z.array(z.object({ codec: z.string() })) }).nullable() },
      ['probe — object | null — ', 'probe.audio — object[] — ', 'probe.audio[].codec — string — '],
    ],
    ['a table of anything', { tags: z.record(z.string(), z.string()) }, ['tags — object of string — ']],
  ])('%s', (_, shape, expected) => {
    expect(inShort(shape)).toEqual(expected);
  });
});

test('the page of events names stream, version, fields and example', () => {
  const page = eventsPage(
    [
      {
        name: 'film',
        events: {
          FilmShown: {
            summary: 'A film was shown.',
            version: 2,
            schema: z.object({ durationSeconds: z.number() }),
          },
        },
        commandTypes: ['ShowFilm'],
        streamOf: ({ data }) => `film-${(data as { filmId: string }).filmId}`,
      },
    ],
    () => ({ durationSeconds: 9180 }),
  );
  expect(page).toContain('Stream: `film-<filmId>`. Commands: `ShowFilm`.');
  expect(page).toContain('A film was shown. Version 2. Older versions are read as this one.');
  expect(page).toContain('| `durationSeconds` | number | seconds |');
  expect(page).toContain('"durationSeconds": 9180');
});

test('the page of the configuration names defaults, and keeps choices inside their cell', () => {
  const page = configurationPage(
    z.object({ LEVEL: z.enum(['low', 'high']).default('low').describe('How much'), URL: z.url().optional() }),
  );
  expect(page).toContain('| `LEVEL` | "low" \\| "high" | `low` | How much |');
  expect(page).toContain('| `URL` | text | – |  |');
});
