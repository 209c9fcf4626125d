import { type Act, type CrashRecord, END_OF_LOG, type LogEvent, type ToldEdit } from './record.js';

/** Every answer a client had is true: what it says has happened has happened, once, and not after its position. */
export const checkActs = ({ acts, events }: Pick<CrashRecord, 'acts' | 'events'>): string[] =>
  acts.flatMap((act) =>
    checkAct(act, events, (mediaId) =>
      acts.flatMap((other) => (other.kind === 'edit' && other.mediaId === mediaId ? [other] : [])),
    ),
  );

/** The title of a deleted item, wherever it is told. */
const ERASED = '';

function checkAct(
  act: Act,
  events: readonly LogEvent[],
  editsOf: (mediaId: string) => readonly ToldEdit[],
): string[] {
  const those = (type: string, data: Readonly<Record<string, unknown>>) =>
    events.filter(
      (event) =>
        event.type === type && Object.entries(data).every(([name, value]) => event.data[name] === value),
    );
  switch (act.kind) {
    case 'upload': {
      const what = `upload "${act.title}"`;
      const registered = those('MediaRegistered', { title: act.title });
      if (act.mediaId === null) return registered.length > 1 ? [`twice: ${what}`] : [];
      const { mediaId, sha256 } = act;
      const uploaded = those('MediaUploaded', { mediaId, sha256 });
      const endedBefore =
        act.bytesComeLater && those('MediaDeleted', { mediaId }).length > 0 && uploaded.length === 0;
      return [
        ...checkCount(what, act.position, [
          ...those('MediaRegistered', { title: act.title, mediaId }),
          ...those('MediaRegistered', { title: ERASED, mediaId }),
        ]),
        ...(registered.length > 1 ? [`twice: ${what} is ${registered.length} items`] : []),
        ...(endedBefore
          ? []
          : checkCount(
              `the bytes of ${what}`,
              act.bytesComeLater && act.position !== null ? END_OF_LOG : act.position,
              uploaded,
            )),
      ];
    }
    case 'offset':
      return act.foundBytes < act.acknowledgedBytes
        ? [`lost: ${act.acknowledgedBytes - act.foundBytes} acknowledged bytes of "${act.title}"`]
        : [];
    case 'edit': {
      const { mediaId, title } = act;
      const erased = those('MediaDetailsChanged', { mediaId, title: ERASED });
      if (erased.length > 0) return checkErasedEdits(mediaId, editsOf(mediaId), erased);
      return checkCount(`edit "${title}"`, act.position, those('MediaDetailsChanged', { mediaId, title }));
    }
    case 'delete':
      return checkCount(
        `deletion of ${act.mediaId}`,
        act.position,
        those('MediaDeleted', { mediaId: act.mediaId }),
      );
    case 'review': {
      const { mediaId, decision } = act;
      return checkCount(`review of ${mediaId}`, act.position, those('MediaReviewed', { mediaId, decision }));
    }
    case 'retry':
      return checkCount(
        `retry of ${act.mediaId}`,
        act.position,
        those('ProcessingRetried', { mediaId: act.mediaId }),
      );
    case 'interactions':
      return [...new Set(act.types)].flatMap((type) => {
        const { userId, mediaId } = act;
        const sent = act.types.filter((each) => each === type).length;
        const what = `${type} of ${userId}`;
        return checkCount(what, act.position, those('InteractionRecorded', { userId, mediaId, type }), sent);
      });
    case 'recommendation': {
      if (act.requestId === null) return [];
      const { requestId, userId } = act;
      const what = `recommendation ${requestId}`;
      const answered = ['RecommendationGenerated', 'RecommendationFailed'].flatMap((type) =>
        those(type, { requestId }),
      );
      return [
        ...checkCount(what, act.position, those('RecommendationRequested', { requestId, userId })),
        ...(answered.length === 1 ? [] : [`${answered.length === 0 ? 'stuck' : 'twice'}: answer of ${what}`]),
      ];
    }
    case 'wrong-answer':
      return [`answer: ${act.what} was told ${act.answer}`];
  }
}

/** Nobody can tell any more which is which, but how many there were by each position that was told. */
function checkErasedEdits(mediaId: string, edits: readonly ToldEdit[], found: readonly LogEvent[]): string[] {
  if (found.length > edits.length) return [`twice: edits of ${mediaId}, ${found.length} times`];
  const told = edits.flatMap(({ position }) => position ?? []).toSorted();
  return told.flatMap((position, index) => {
    const event = found[index];
    if (!event) return [`lost: edit of ${mediaId}`];
    return event.position > position ? [`told too early: edit of ${mediaId}`] : [];
  });
}

/** `wanted` of them and no more by the position that was told; at most as many where nobody was told anything. */
function checkCount(what: string, position: string | null, found: readonly LogEvent[], wanted = 1): string[] {
  if (found.length > wanted) return [`twice: ${what}, ${found.length} times`];
  if (position === null) return [];
  if (found.length < wanted) return [`lost: ${what}`];
  return found.some((event) => event.position > position) ? [`told too early: ${what}`] : [];
}
