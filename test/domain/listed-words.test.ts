import { describe, expect, test } from 'vitest';
import { decideMedia } from '../../src/domain/media/decide-media.js';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import { evolveMedia, initialMediaState } from '../../src/domain/media/media-state.js';
import {
  builtInPolicy,
  policyDocumentSchema,
  policyOf,
} from '../../src/domain/media/moderation-policy-document.js';
import { heedWords } from '../../src/domain/media/words/heed-words.js';
import { wordsFound, wordsWritten } from '../../src/domain/media/words/listed-words.js';
import {
  completed,
  heldBy,
  mediaId,
  model,
  moderated,
  planned,
  registered,
  started,
  uploaded,
} from '../kit/media-fixtures.js';

const words = {
  en: ['badword', 'very bad thing'],
  de: ['übel', 'Mistmaß'],
  ru: ['плохо'],
  zh: ['坏词'],
  th: ['คำหยาบ'],
};
const written = (title: string) => wordsWritten(words, { title, description: '', tags: [] }).length > 0;

describe('listed words', () => {
  test.each([
    'A badword here',
    'BADWORD!',
    'bаdwоrd with Cyrillic letters',
    'b\u200badw\u00adord',
    'b4dw0rd',
    'ｂａｄｗｏｒｄ',
    'bádwörd',
    'a very   BAD, thing',
    'ÜBEL',
    'Очень плохо',
    'MISTMASS',
    'bad\u3164word',
    'bad\u034fword',
    '这是坏词吗',
    'นี่คือคำหยาบนะ',
  ])('are found in %s', (title) => {
    expect(written(title)).toBe(true);
  });

  test.each([
    'badwords',
    'a badworded one',
    'very bad',
    'thing very bad',
    'bad word',
    '2024',
    '',
    'übelkeit',
    '词坏',
  ])('are not found in %s', (title) => {
    expect(written(title)).toBe(false);
  });

  test('are told by where they stand, and never by what they are', () => {
    const places = wordsWritten(words, { title: 'ok', description: 'a badword', tags: ['ok', 'Übel'] });
    expect(places).toEqual([
      { where: 'description', atSeconds: null },
      { where: 'tags', atSeconds: null },
    ]);
    const decision = { outcome: 'approved', rule: 'r', explanation: 'Fine.', causes: [] } as const;
    expect(heedWords(decision, places)).toEqual({
      ...{ outcome: 'in_review', rule: 'listed_words', causes: [] },
      explanation: "Words of the policy's list are in: description, tags.",
    });
    expect(heedWords({ ...decision, outcome: 'rejected' }, places).outcome).toBe('rejected');
    expect(heedWords(decision, [])).toBe(decision);
  });

  test('of a language are looked for in texts of that language, and in those of none', () => {
    const lines = [
      { atSeconds: 1, text: 'nothing' },
      { atSeconds: 2.5, text: 'that is übel' },
    ];
    const said = (language: string | null) =>
      wordsFound(words, 'speech', [{ language, streamIndex: null, lines }]);
    expect(said('de')).toEqual([{ where: 'speech', atSeconds: 2.5 }]);
    expect(said(null)).toHaveLength(1);
    expect(said('en')).toEqual([]);
  });

  test('are told once, where they begin, when they go over to the next line', () => {
    const lines = ['that was very', 'bad', 'thing, a very bad thing', 'very', 'good'].map((text, at) => ({
      ...{ atSeconds: at, text },
    }));
    expect(wordsFound(words, 'speech', [{ language: 'en', streamIndex: null, lines }])).toEqual([
      { where: 'speech', atSeconds: 0 },
      { where: 'speech', atSeconds: 2 },
    ]);
  });

  test('take no longer of signs that stand for letters than their number', () => {
    const begun = performance.now();
    expect(written(`a${'0'.repeat(200_000)}`)).toBe(false);
    // By the square of them it is minutes.
    expect(performance.now() - begun).toBeLessThan(20_000);
  });

  test('are eight at the most of a text, however long, and found in no time', () => {
    const lines = Array.from({ length: 20_000 }, (_, atSeconds) => ({ atSeconds, text: 'a badword' }));
    expect(wordsFound(words, 'speech', [{ language: 'en', streamIndex: null, lines }])).toHaveLength(8);
  });

  test('that nobody has listed change nothing, not even what a policy is known by', () => {
    const { hash, ...document } = builtInPolicy();
    expect(policyOf(policyDocumentSchema.parse(document)).hash).toBe(hash);
    expect(wordsWritten(undefined, { title: 'badword', description: '', tags: [] })).toEqual([]);
  });
});

describe('an item that is shown already', () => {
  const { hash: _, ...document } = builtInPolicy();
  const policy = policyOf({ ...document, words });
  const history: MediaEvent[] = [
    ...[registered, uploaded, planned('captions', 'moderate'), started('moderate'), moderated('approved')],
    ...[completed('moderate'), { type: 'MediaPublished' as const, data: { mediaId } }, started('captions')],
  ];
  const heard = (before: readonly MediaEvent[], text: string, by = policy) =>
    decideMedia(
      {
        type: 'RecordCaptions',
        data: {
          ...{ ...heldBy('captions'), model, derivatives: [], policy: by },
          texts: [{ language: 'en', streamIndex: null, lines: [{ atSeconds: 12.34, text }] }],
        },
      },
      before.reduce(evolveMedia, initialMediaState),
    );

  test('stays shown when listed words are heard in it, and a person is to look at it', () => {
    expect(heard(history, 'what a badword').slice(1)).toEqual([
      {
        type: 'ModerationDecided',
        data: {
          ...{
            mediaId,
            outcome: 'approved',
            rule: 'listed_words',
            causes: [],
            audit: true,
            whileShown: true,
          },
          explanation: "Words of the policy's list are in: speech at 12.3 s.",
          policy: { version: policy.version, hash: policy.hash },
        },
      },
      completed('captions'),
    ]);
  });

  test('has nothing decided anew where a person decided, or nothing is listed or heard', () => {
    const kinds = (events: readonly MediaEvent[]) => events.map(({ type }) => type);
    const plain = ['TextFound', 'StepCompleted'];
    expect(kinds(heard(history, 'nothing'))).toEqual(plain);
    expect(kinds(heard(history, 'badword', builtInPolicy()))).toEqual(plain);
    const reviewed: MediaEvent = {
      type: 'MediaReviewed',
      data: { mediaId, about: 'review', decision: 'approve', reason: 'fine', reviewer: 'ann', policy: null },
    };
    expect(kinds(heard([...history, reviewed], 'badword'))).toEqual(plain);
  });
});
