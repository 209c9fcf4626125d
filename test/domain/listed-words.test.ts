import { describe, expect, test } from 'vitest';
import { decideMedia } from '../../src/domain/media/decide-media.js';
import type { MediaEvent } from '../../src/domain/media/media-events.js';
import { evolveMedia, initialMediaState } from '../../src/domain/media/media-state.js';
import type { Probe } from '../../src/domain/media/media-values.js';
import {
  builtInPolicy,
  policyDocumentSchema,
  policyOf,
} from '../../src/domain/media/moderation-policy-document.js';
import { fileTextsOf } from '../../src/domain/media/words/file-texts.js';
import { heedWords } from '../../src/domain/media/words/heed-words.js';
import {
  wordsAdded,
  wordsFound,
  wordsInFile,
  wordsWritten,
} from '../../src/domain/media/words/listed-words.js';
import {
  completed,
  framesFor,
  heldBy,
  mediaId,
  model,
  moderated,
  photograph,
  planned,
  probe,
  registered,
  started,
  uploaded,
} from '../kit/media-fixtures.js';

const photo = photograph.photo as NonNullable<Probe['photo']>;
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

  test('are found in what a file tells of itself: tags of its container, of a song, of a photograph, of tracks, and chapters', () => {
    const placesIn = (told: Partial<Probe>) => wordsInFile(words, fileTextsOf({ ...probe, ...told }));
    const inTags = [{ where: 'tags of the file', atSeconds: null }];
    const song = { ...{ title: null, artist: 'Badword', album: null, albumArtist: null, track: 1 } };
    expect(placesIn({ tags: { comment: 'a badword' } })).toEqual(inTags);
    expect(
      placesIn({ song: { ...song, ...{ trackCount: null, disc: null, year: 2024, genre: null } } }),
    ).toEqual(inTags);
    expect(placesIn({ photo: { ...photo, keywords: ['ok', 'übel'] } })).toEqual(inTags);
    expect(placesIn({ trackTitles: { 1: 'BADWORD' } })).toEqual(inTags);
    expect(
      placesIn({
        chapters: [
          { startSeconds: 0, endSeconds: 9, title: null },
          { startSeconds: 9, endSeconds: 12, title: 'badword' },
        ],
      }),
    ).toEqual([{ where: 'chapters', atSeconds: 9 }]);
    expect(placesIn({ tags: { title: 'fine' } })).toEqual([]);
  });

  test('are told of a change when they did not stand in that field before', () => {
    const old = { title: 'a badword', description: 'fine', tags: ['fine'] };
    const added = (change: Partial<typeof old>) => wordsAdded(words, old, { ...old, ...change });
    expect(added({ title: 'The badword, corrected' })).toEqual([]);
    expect(added({ title: 'a badword, übel' })).toEqual([{ where: 'title', atSeconds: null }]);
    expect(added({ description: 'a badword', tags: ['fine', 'badword'] })).toEqual([
      { where: 'description', atSeconds: null },
      { where: 'tags', atSeconds: null },
    ]);
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

describe('what is written after the approval', () => {
  const { hash: _, ...document } = builtInPolicy();
  const policy = policyOf({ ...document, words });
  const approved: MediaEvent[] = [
    ...[registered, uploaded, planned('transcode', 'moderate'), started('moderate')],
    ...[moderated('approved'), completed('moderate')],
  ];
  const shown: MediaEvent[] = [...approved, { type: 'MediaPublished', data: { mediaId } }];
  const reviewed: MediaEvent = {
    type: 'MediaReviewed',
    data: { mediaId, about: 'review', decision: 'approve', reason: 'fine', reviewer: 'ann', policy: null },
  };
  const changed: MediaEvent = { type: 'MediaDetailsChanged', data: { mediaId, title: 'A badword' } };
  const decided = (outcome: 'approved' | 'in_review', shownAs: object = {}) => ({
    type: 'ModerationDecided',
    data: {
      ...{ mediaId, outcome, rule: 'listed_words', causes: [] },
      explanation: "Words of the policy's list are in: title.",
      policy: { version: policy.version, hash: policy.hash },
      ...shownAs,
    },
  });
  const audited = decided('approved', { audit: true, whileShown: true });
  const change = (before: readonly MediaEvent[], title = 'A badword') =>
    decideMedia(
      { type: 'ChangeMediaDetails', data: { mediaId, title, policy } },
      before.reduce(evolveMedia, initialMediaState),
    );

  test.each<[string, MediaEvent[], object[]]>([
    ['is looked at by a person while the item stays shown', shown, [audited]],
    ['is looked at though a person approved what was written before', [...shown, reviewed], [audited]],
    ['goes to a person before the item is shown', approved, [decided('in_review')]],
    ['waits for the decision that is still to come', approved.slice(0, -2), []],
    ['is before whoever has the item to look at', [...approved, moderated('in_review')], []],
    ['is told once', [...shown, changed, audited as MediaEvent], []],
  ])('%s', (_, before, follows) => {
    const title = before.includes(changed) ? 'A badword and übel' : undefined;
    expect(change(before, title).slice(1)).toEqual(follows);
  });

  test('is looked at when a model suggested it and it was taken', () => {
    const by = { model, text: 'A badword', confidence: 0.5, sources: [] };
    const suggested: MediaEvent = {
      type: 'MetadataSuggested',
      data: {
        ...{ mediaId, requestId: 'r1', model, isRemembered: false, askedHash: 'h', summary: null },
        ...{ tags: [], genre: null, taxonomy: { version: 'v', hash: 'h' }, title: by },
      },
    } as unknown as MediaEvent;
    const events = decideMedia(
      { type: 'AcceptMetadata', data: { mediaId, fields: ['title'], policy } },
      [...shown, suggested].reduce(evolveMedia, initialMediaState),
    );
    expect(events.slice(2)).toEqual([audited]);
  });

  test('in the file sends an item to a person before it is shown', () => {
    const probed: MediaEvent = {
      type: 'MediaProbed',
      data: { mediaId, kind: 'video', probe: { ...probe, tags: { artist: 'badword' } } },
    };
    const before = [registered, uploaded, probed, planned('moderate'), started('moderate')];
    const events = decideMedia(
      {
        type: 'RecordModeration',
        data: { ...heldBy('moderate'), model, frames: framesFor('approved'), policy, missedParts: 0 },
      },
      before.reduce(evolveMedia, initialMediaState),
    );
    expect(events.find(({ type }) => type === 'ModerationDecided')?.data).toMatchObject({
      ...{ outcome: 'in_review', rule: 'listed_words' },
      explanation: "Words of the policy's list are in: tags of the file.",
    });
  });
});
