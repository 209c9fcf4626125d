import { describe, expect, test } from 'vitest';
import type { MediaKind } from '../../../src/core/media-kind.js';
import { addSeconds } from '../../../src/core/time.js';
import type { MediaFlowEvent } from '../../../src/domain/index.js';
import { framesFor, model, policy } from '../../kit/media-fixtures.js';
import { probedAs, uploadedItem } from './item-events.js';
import type { ViewsUnderTest } from './views-under-test.js';

const causes = [{ class: 'adult' as const, score: 0.7, frame: 2, atSeconds: 2 }];

/** An item up to the policy's decision. */
function decided(
  mediaId: string,
  outcome: 'approved' | 'rejected' | 'in_review',
  kind?: MediaKind,
): MediaFlowEvent[] {
  return [
    ...uploadedItem(mediaId, { title: `The ${mediaId}` }),
    ...(kind ? probedAs(mediaId, kind) : []),
    { type: 'ModerationScored', data: { mediaId, model, frames: framesFor(outcome) } },
    { type: 'ModerationDecided', data: { mediaId, outcome, rule: 'r', explanation: 'e', causes, policy } },
  ];
}
const shown = framesFor('in_review').map(({ atSeconds, blobKey, scores }) => ({
  ...{ atSeconds, blobKey, scores },
}));

export function moderationQueueReading(views: () => ViewsUnderTest): void {
  const queue = () => views().readers.moderationQueue;
  const idsOf = async (status: 'in_review' | 'rejected', limit = 10, type?: MediaKind) =>
    (await queue().oldest({ status, type }, limit)).map(({ mediaId }) => mediaId);

  describe('moderation queue', () => {
    test('an item in review is shown with what the model saw and the rule that sent it there', async () => {
      await views().tell(decided('m1', 'in_review', 'image'), '2026-11-21T08:00:00.000Z');
      expect(await queue().oldest({ status: 'in_review' }, 10)).toEqual([
        {
          ...{
            mediaId: 'm1',
            title: 'The m1',
            type: 'image',
            status: 'in_review',
            rule: 'r',
            explanation: 'e',
            model,
          },
          ...{ causes, policy, head: null, frames: shown, since: '2026-11-21T08:00:00.000Z' },
          ...{ decision: null, opinion: null, deciders: [], appeal: null, claim: null },
        },
      ]);
    });

    test('what a model of people’s decisions says is shown beside, and gone with the next decision that asked none', async () => {
      const head = { modelId: 'h1', score: 0.9, threshold: 0.8 };
      const decision = {
        mediaId: 'm1',
        outcome: 'in_review',
        rule: 'r',
        explanation: 'e',
        causes,
        policy,
      } as const;
      await views().tell([
        ...uploadedItem('m1', {}),
        { type: 'ModerationDecided', data: { ...decision, head } },
      ]);
      expect(await queue().oldest({ status: 'in_review' }, 10)).toMatchObject([{ head }]);
      await views().tell([{ type: 'ModerationDecided', data: decision }]);
      expect(await queue().oldest({ status: 'in_review' }, 10)).toMatchObject([{ head: null }]);
    });

    test('what waits and what was rejected are told apart, the oldest decision first, no more than is asked for', async () => {
      await views().tell(decided('m2', 'in_review'), '2026-11-21T08:00:02.000Z');
      await views().tell(decided('m1', 'in_review'), '2026-11-21T08:00:01.000Z');
      await views().tell(decided('m3', 'rejected'), '2026-11-21T08:00:00.000Z');
      expect(await idsOf('in_review')).toEqual(['m1', 'm2']);
      expect(await idsOf('in_review', 1)).toEqual(['m1']);
      expect(await idsOf('rejected')).toEqual(['m3']);
    });

    test('of one kind no other is shown, nor takes its place', async () => {
      await views().tell(decided('film', 'in_review', 'video'), '2026-11-21T08:00:00.000Z');
      await views().tell(decided('photo', 'in_review', 'image'), '2026-11-21T08:00:01.000Z');
      await views().tell(decided('other', 'rejected', 'image'), '2026-11-21T08:00:02.000Z');
      expect(await idsOf('in_review', 1, 'image')).toEqual(['photo']);
      expect(await idsOf('rejected', 10, 'image')).toEqual(['other']);
      expect(await idsOf('in_review', 10, 'audio')).toEqual([]);
    });

    test('what one person may decide on is neither claimed by others, nor against themselves', async () => {
      const noon = '2026-11-21T12:00:00.000Z';
      const freeFor = (reviewer: string, at = noon) => ({
        ...{ status: 'waiting' as const, freeFor: { reviewer, at, latestClaim: addSeconds(at, 60) } },
      });
      const ids = async (reviewer: string, at?: string) =>
        (await queue().oldest(freeFor(reviewer, at), 10)).map(({ mediaId }) => mediaId);
      const byAda = { reason: 'no', reviewer: 'ada', policy };
      await views().tell(decided('claimed', 'in_review'), '2026-11-21T08:00:00.000Z');
      await views().tell(decided('appealed', 'in_review'), '2026-11-21T08:00:01.000Z');
      await views().tell(decided('proposed', 'in_review'), '2026-11-21T08:00:02.000Z');
      await views().tell([
        {
          type: 'ReviewClaimed',
          data: { mediaId: 'claimed', reviewer: 'bea', until: '2026-11-21T12:00:01.000Z' },
        },
        {
          type: 'MediaReviewed',
          data: { mediaId: 'appealed', about: 'review', decision: 'reject', ...byAda },
        },
        { type: 'MediaAppealed', data: { mediaId: 'appealed', text: 'please', appellant: 'carl' } },
        {
          type: 'ReviewProposed',
          data: { mediaId: 'proposed', about: 'review', decision: 'reject', ...byAda },
        },
      ]);
      expect((await ids('ada')).toSorted()).toEqual([]);
      expect((await ids('ada', '2026-11-21T12:00:01.000Z')).toSorted()).toEqual(['claimed']);
      // Made by a clock that ran ahead: the rules listen to it no more than this.
      expect((await ids('ada', '2026-11-21T11:58:00.000Z')).toSorted()).toEqual(['claimed']);
      expect((await ids('bea')).toSorted()).toEqual(['appealed', 'claimed', 'proposed']);
      expect((await ids('carl')).toSorted()).toEqual(['appealed', 'proposed']);
      expect(await queue().oldest({ status: 'appeal' }, 10)).toMatchObject([
        {
          appeal: { text: 'please', appellant: 'carl' },
          decision: { about: 'review', decision: 'reject', reason: 'no', reviewer: 'ada' },
        },
      ]);
      expect(await queue().oldest({ status: 'in_review' }, 10)).toMatchObject([
        { mediaId: 'claimed', claim: { reviewer: 'bea', until: '2026-11-21T12:00:01.000Z' } },
        { mediaId: 'proposed', opinion: { decision: 'reject', reason: 'no', reviewer: 'ada' } },
      ]);
    });

    test('frames and file of whatever a person may decide on are found', async () => {
      await views().tell([...decided('m1', 'in_review'), ...decided('m2', 'rejected')]);
      expect(await queue().frames('m1')).toEqual(shown);
      expect(await queue().original('m2')).toEqual({
        blobKey: 'media/m1/original',
        contentType: 'video/mp4',
      });
    });

    test.each<[string, MediaFlowEvent[]]>([
      ['has not been decided on by the policy', decided('m1', 'in_review').slice(0, 3)],
      ['was approved', decided('m1', 'approved')],
      [
        'a person has decided on',
        [
          ...decided('m1', 'in_review'),
          {
            type: 'MediaReviewed',
            data: {
              mediaId: 'm1',
              about: 'review',
              decision: 'approve',
              reason: 'fine',
              reviewer: 'ada',
              policy,
            },
          },
        ],
      ],
      ['there never was', []],
    ])('of an item that %s nothing is shown', async (_, events) => {
      await views().tell(events);
      expect([await idsOf('in_review'), await idsOf('rejected')]).toEqual([[], []]);
      expect(await queue().frames('m1')).toBeUndefined();
      expect(await queue().original('m1')).toBeUndefined();
    });
  });
}
