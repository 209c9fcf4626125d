/**
 * Where bytes lie in the blob store: nothing else builds a key of one, or takes one apart. No key is the beginning of
 * another, which not every store could keep.
 */

/** All that an item has lies below it, and nothing of another. */
export const itemPlace = (mediaId: string): string => `media/${mediaId}`;

/** The file as it was uploaded. */
export const originalKey = (mediaId: string): string => `${itemPlace(mediaId)}/original`;

/** What is still on its way in: a growing object, no blob yet. */
export const growingKey = (uploadId: string): string => `uploads/${uploadId}`;

/** Where the bytes of a pull gather: of each answer that sends them from their beginning in a place of its own. */
export const pullKey = (mediaId: string, answer: PullAnswerPlace): string =>
  `pulls/${mediaId}/${attemptFolder(answer)}/${answer.answer}`;

/** Whose bytes gather there; undefined where it is no pull's. */
export const ownerOfPullKey = (key: string): string | undefined => /^pulls\/([^/]+)\//.exec(key)?.[1];

/** What the bytes of a pull become once they are whole: never those of another answer. */
export const pulledKey = (growingKey: string): string => {
  const [, mediaId, attempt, answer] = growingKey.split('/');
  return `${itemPlace(mediaId ?? '')}/pulled/${attempt}/${answer}`;
};

interface PullAnswerPlace extends Attempt {
  /** Counted within the attempt. */
  readonly answer: number;
}

interface Attempt {
  readonly jobId: string;
  readonly attempt: number;
}

/** Names the folder of an attempt: no two attempts share one, so a late one overwrites nothing. */
export const attemptFolder = ({ jobId, attempt }: Attempt): string => `${jobId}-${attempt}`;

/** Where an attempt keeps what it made, `what` being a word for it such as `hls`, and never `original`. */
export const attemptPlace = (held: Attempt & { readonly mediaId: string }, what: string): string =>
  `${itemPlace(held.mediaId)}/${what}/${attemptFolder(held)}`;

/** `media/<id>/<what>/<attempt>` of what lies in it or below, or the whole key of a file that lies elsewhere. */
export const placeOfKey = (key: string): string => key.split('/').slice(0, 4).join('/');

/** Taken apart: whose it is, what it holds, and which attempt made it, each as far as the key goes. */
export function partsOfPlace(place: string): {
  readonly mediaId: string | undefined;
  readonly what: string | undefined;
  readonly attempt: string | undefined;
} {
  const [, mediaId, what, attempt] = place.split('/');
  return { mediaId, what, attempt };
}

/** Undefined for what belongs to no item. */
export const ownerOfKey = (key: string): string | undefined => /^media\/([^/]+)\//.exec(key)?.[1];
