import { tidyText } from '../core/found-text.js';
import type { Projection, RowOperation } from '../core/projection.js';
import { languageOf, stemmedLanguage, tagOf } from '../core/text-configuration.js';
import { passagesOf, piecesOf } from '../core/text-passages.js';
import type { MediaEvent } from '../domain/media/media-events.js';

type Found = Extract<MediaEvent, { type: 'TextFound' }>['data'];
type Probe = Extract<MediaEvent, { type: 'MediaProbed' }>['data']['probe'];

const patch = (mediaId: string, row: object): RowOperation => ({
  patch: 'media_search',
  key: { media_id: mediaId },
  row: { ...row },
});

interface Written {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly tags?: readonly string[] | undefined;
}

/** What people wrote, each text with what language it seems to be in. */
const writtenRow = ({ title, description, tags }: Written) => ({
  ...(title !== undefined && { title: tidyText(title), title_configuration: languageOf(title) }),
  ...(description !== undefined && {
    description: tidyText(description),
    description_configuration: languageOf(description),
  }),
  ...(tags !== undefined && { tags: tags.map(tidyText) }),
});

/** What is heard in a file, as it tells: of the track that is played unless another one is chosen. */
const spokenIn = ({ audio }: Probe): string | null =>
  (audio.find(({ isDefault }) => isDefault) ?? audio[0])?.language ?? null;

/** The language somebody tells of a text; where nobody does, the one it seems to be in. */
const languageOfText = ({ language, lines }: Found['texts'][number]) =>
  stemmedLanguage(language) ?? languageOf(lines.map(({ text }) => text).join(' '));

const languageTag = (text: Found['texts'][number]): string | null => {
  const stemmed = languageOfText(text);
  return stemmed ? tagOf(stemmed) : text.language;
};

function passageRows({ mediaId, origin, texts }: Found): RowOperation[] {
  return texts.flatMap((text) => {
    const configuration = languageOfText(text) ?? 'simple';
    const language = languageTag(text);
    return passagesOf(text.lines).map(
      ({ lines }, index): RowOperation => ({
        put: 'media_passages',
        key: {
          media_id: mediaId,
          origin,
          passage: `${text.streamIndex ?? 0}-${String(index).padStart(5, '0')}`,
        },
        row: {
          ...{ configuration, language, stream_index: text.streamIndex },
          times: lines.map(({ atSeconds }) => atSeconds),
          said: lines.map((line) => tidyText(line.text)).join('\n'),
        },
      }),
    );
  });
}

function foundInFile({ probe }: { readonly probe: Probe }) {
  const spoken = stemmedLanguage(spokenIn(probe));
  return { song: probe.song, configuration: spoken, language: spoken ? tagOf(spoken) : spokenIn(probe) };
}

/** What is found by words: all that is written, said and shown in an item, and where. Whether anybody may see the item, the library says. */
export const mediaSearch: Projection<MediaEvent> = {
  name: 'media-search',
  version: 1,
  tables: { media_search: ['media_id'], media_passages: ['media_id', 'origin', 'passage'] },
  on: {
    MediaRegistered: ({ data }) => [
      { put: 'media_search', key: { media_id: data.mediaId }, row: writtenRow(data) },
    ],
    MediaDetailsChanged: ({ data }) => [patch(data.mediaId, writtenRow(data))],
    MediaProbed: ({ data }) => [patch(data.mediaId, foundInFile(data))],
    ProcessingExtended: ({ data }) => [patch(data.mediaId, foundInFile(data))],
    TagsGenerated: ({ data }) => [
      patch(data.mediaId, { detected_tags: data.tags.map(({ label }) => label) }),
    ],
    TextFound: ({ data }) => [
      patch(data.mediaId, {
        [data.origin]: data.texts.flatMap((text) =>
          piecesOf(text.lines).map((piece) => ({
            configuration: languageOfText(text) ?? 'simple',
            text: piece,
          })),
        ),
        [`${data.origin}_languages`]: [...new Set(data.texts.flatMap((text) => languageTag(text) ?? []))],
      }),
      // A step that is done again finds all of it again.
      { remove: 'media_passages', key: { media_id: data.mediaId, origin: data.origin } },
      ...passageRows(data),
    ],
    MediaDeleted: ({ data }) => [
      { remove: 'media_search', key: { media_id: data.mediaId } },
      { remove: 'media_passages', key: { media_id: data.mediaId } },
    ],
  },
};
