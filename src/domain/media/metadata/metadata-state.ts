import type { MediaEvent } from '../media-events.js';

type EventData<Type extends MediaEvent['type']> = Extract<MediaEvent, { type: Type }>['data'];
export type Suggestion = EventData<'MetadataSuggested'>;
export type Accepted = Omit<EventData<'MetadataAccepted'>, 'mediaId'>;

export interface MetadataState {
  /** The request that is not answered yet. */
  readonly openRequest: string | null;
  readonly suggestion: Pick<
    Suggestion,
    'requestId' | 'model' | 'title' | 'summary' | 'tags' | 'genre'
  > | null;
  readonly accepted: Accepted;
}

export const initialMetadataState: MetadataState = {
  openRequest: null,
  suggestion: null,
  accepted: { title: null, description: null, tags: [] },
};

export function evolveMetadata(
  state: MetadataState,
  event: Extract<
    MediaEvent,
    { type: 'MetadataRequested' | 'MetadataSuggested' | 'MetadataFailed' | 'MetadataAccepted' }
  >,
): MetadataState {
  switch (event.type) {
    case 'MetadataRequested':
      return { ...state, openRequest: event.data.requestId };
    case 'MetadataSuggested': {
      const { requestId, model, title, summary, tags, genre } = event.data;
      return { ...state, openRequest: null, suggestion: { requestId, model, title, summary, tags, genre } };
    }
    case 'MetadataFailed':
      return { ...state, openRequest: null };
    case 'MetadataAccepted': {
      const { title, description, tags } = event.data;
      return { ...state, accepted: { title, description, tags } };
    }
  }
}
