import type { ModelIdentity } from '../core/inference/inference-client.js';
import type { LibraryMetadata, LibrarySuggestion } from '../core/readers/media-library.js';

const MICROS = 1_000_000;

/** Whose a value is, and of a model's how sure it is and what it cost. */
const byModel = (model: ModelIdentity, confidence: number) => ({
  ...{ confidence, provider: model.provider, model: model.model, version: model.version },
  promptVersion: model.promptVersion ?? null,
});

/** What is said of an item now, value by value: as its file is called, as a person wrote it, or as a person took it from a model. */
export function toValues({ details, accepted }: Pick<LibraryMetadata, 'details' | 'accepted'>) {
  const { title, description, tags, filename } = details;
  const ofText = (field: string, value: string, taken: Taken | null | undefined) => ({
    ...{ field, value },
    ...ownerOf(taken?.text === value ? taken : undefined),
  });
  return [
    title === filename
      ? { field: 'title', value: title, source: 'file' }
      : ofText('title', title, accepted?.title),
    ...(description === '' ? [] : [ofText('description', description, accepted?.description)]),
    ...tags.map((value) => {
      const taken = accepted?.tags.find(({ name }) => name === value);
      return { field: 'tags', value, ...ownerOf(taken) };
    }),
  ];
}

interface Taken {
  readonly text?: string;
  readonly confidence: number;
  readonly model: ModelIdentity;
  readonly byItself?: true;
}

const ownerOf = (taken: Taken | undefined) =>
  taken
    ? {
        ...{ source: 'suggestion', ...byModel(taken.model, taken.confidence) },
        // Nobody looked at it: the configuration had it filled in.
        isTakenByItself: taken.byItself === true,
      }
    : { source: 'person' };

/** What a model suggests, value by value; nothing of it is said of the item before a person takes it. */
export function toSuggestions({
  suggesting,
  suggestion,
}: Pick<LibraryMetadata, 'suggesting' | 'suggestion'>) {
  return {
    status: suggesting?.status ?? (suggestion ? 'suggested' : 'none'),
    failure: suggesting?.failure ?? null,
    latest: suggestion && toSuggestion(suggestion),
  };
}

const toSuggestion = (suggestion: LibrarySuggestion) => {
  const { model, taxonomy, requestId, suggestedAt, isRemembered } = suggestion;
  const { title, summary, tags, genre } = suggestion;
  const of = (field: string, value: string, confidence: number) => ({
    ...{ field, value },
    ...byModel(model, confidence),
  });
  return {
    ...{ requestId, suggestedAt, isRemembered, taxonomy },
    tokens: model.tokens ?? null,
    cost: model.costMicros === undefined ? null : model.costMicros / MICROS,
    values: [
      ...(title ? [of('title', title.text, title.confidence)] : []),
      ...(summary ? [of('description', summary.text, summary.confidence)] : []),
      ...tags.map(({ name, confidence }) => of('tags', name, confidence)),
      ...(genre ? [of('genre', genre.name, genre.confidence)] : []),
    ],
  };
};
