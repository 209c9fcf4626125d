import { conflict } from '../../../core/errors.js';
import type { MediaCommandOf } from '../media-commands.js';
import type { MediaEvent } from '../media-events.js';
import type { MediaState } from '../media-state.js';
import type { Suggestion } from './metadata-state.js';
import type { MetadataField } from './metadata-values.js';

/** As many as people may give. */
const MOST_TAGS = 50;

/** Who asks while a model is asked already waits for the same answer. */
export function requestMetadata(
  { mediaId, requestId }: MediaCommandOf<'RequestMetadata'>['data'],
  { metadata, rejectedBy }: MediaState,
): MediaEvent[] {
  if (rejectedBy)
    throw conflict('media_rejected', `Media ${mediaId} is rejected; nothing of it is processed.`, {
      mediaId,
    });
  return metadata.openRequest === null ? [{ type: 'MetadataRequested', data: { mediaId, requestId } }] : [];
}

/** What nobody waits for any more, or is of a deleted item, is not kept. */
export const isAwaited = ({ metadata, deleted }: MediaState, requestId: string): boolean =>
  !deleted && metadata.openRequest === requestId;

/** Takes what was suggested last, as the person's own change. Throws `no_suggestion`, `suggestion_replaced`. */
export function acceptMetadata(
  { mediaId, fields, requestId }: MediaCommandOf<'AcceptMetadata'>['data'],
  state: MediaState,
): MediaEvent[] {
  const { suggestion } = state.metadata;
  if (suggestion && requestId !== undefined && requestId !== suggestion.requestId)
    throw conflict('suggestion_replaced', `Something else was suggested for media ${mediaId} since.`, {
      mediaId,
    });
  const events = suggestion ? takeFields(mediaId, fields, suggestion, state) : [];
  if (events.length === 0)
    throw conflict('no_suggestion', `Nothing of that kind is suggested for media ${mediaId}.`, { mediaId });
  return events;
}

/** What the step of an item's plan found. Who waits for an answer of their own has it by this. */
export function recordSuggestions(
  { mediaId, jobId, suggested, use }: MediaCommandOf<'RecordSuggestions'>['data'],
  state: MediaState,
): MediaEvent[] {
  const requestId = state.metadata.openRequest ?? jobId;
  return [
    { type: 'MetadataSuggested', data: { mediaId, requestId, ...suggested } },
    ...(use === 'accept'
      ? takeFields(mediaId, fieldsNobodyWrote(state), suggested, state, { byItself: true })
      : []),
  ];
}

/** That the step failed for good is told where suggestions are looked for, unless somebody has asked meanwhile, whose answer is to come. */
export const suggestionsFailed = (
  mediaId: string,
  { jobId, code, message }: { readonly jobId: string; readonly code: string; readonly message: string },
  { metadata }: Pick<MediaState, 'metadata'>,
): MediaEvent[] =>
  metadata.openRequest === null
    ? [{ type: 'MetadataFailed', data: { mediaId, requestId: jobId, code, message } }]
    : [];

/** A genre becomes a tag, so that it is nobody's to fill in where there are tags. */
const fieldsNobodyWrote = ({
  details: { titleIsFilename, isUntouched },
}: Pick<MediaState, 'details'>): MetadataField[] => [
  ...(titleIsFilename ? (['title'] as const) : []),
  ...(isUntouched.description ? (['description'] as const) : []),
  ...(isUntouched.tags ? (['tags', 'genre'] as const) : []),
];

/** These fields of a suggestion become the item's own; nothing where it has nothing for them. */
function takeFields(
  mediaId: string,
  fields: readonly MetadataField[],
  suggestion: Pick<Suggestion, 'model' | 'title' | 'summary' | 'tags' | 'genre'>,
  { details, metadata: { accepted } }: MediaState,
  how: { readonly byItself?: true } = {},
): MediaEvent[] {
  const wants = (field: MetadataField) => fields.includes(field);
  const by = { model: suggestion.model, ...how };
  const title = wants('title') ? suggestion.title : null;
  const summary = wants('description') ? suggestion.summary : null;
  const names = [
    ...(wants('genre') && suggestion.genre ? [suggestion.genre] : []),
    ...(wants('tags') ? suggestion.tags : []),
  ];
  if (!title && !summary && names.length === 0) return [];
  const tags = [...new Set([...details.tags, ...names.map(({ name }) => name)])].slice(0, MOST_TAGS);
  const taken = names.filter(({ name }) => tags.includes(name)).map((name) => ({ ...name, ...by }));
  const isNew = ({ name }: { readonly name: string }) => taken.every((other) => other.name !== name);
  return [
    {
      type: 'MetadataAccepted',
      data: {
        mediaId,
        title: title ? { ...title, ...by } : accepted.title,
        description: summary ? { ...summary, ...by } : accepted.description,
        tags: [...accepted.tags.filter(isNew), ...taken],
      },
    },
    {
      type: 'MediaDetailsChanged',
      data: {
        mediaId,
        ...(title && { title: title.text }),
        ...(summary && { description: summary.text }),
        ...(names.length > 0 && { tags }),
      },
    },
  ];
}
