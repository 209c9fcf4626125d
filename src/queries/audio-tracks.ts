import { z } from 'zod';
import type { LibraryItem } from '../core/readers/media-library.js';
import { servedTracks } from './served-tracks.js';

export const audioTrackSchema = z.object({
  rendition: z.string().describe('The name of its rendition'),
  name: z.string().describe('What players list it as; no other of the item has the same'),
  language: z.string().nullable().describe('BCP 47; null where the file tells none'),
  title: z.string().nullable().describe('As people called it in the file'),
  channels: z.number().nullable().describe('In the file; it is served in two at the most'),
  isDefault: z.boolean(),
  isDescription: z.boolean().describe('It says what is to be seen, for those who cannot see it'),
  isCommentary: z.boolean().describe('Somebody speaks about the film'),
});

/** The sound of a film that a viewer may choose from; none of what has no picture, which is one track in several qualities. */
export const toAudioTracks = ({
  type,
  renditions,
  soundTracks,
}: Pick<LibraryItem, 'type' | 'renditions' | 'soundTracks'>): z.infer<typeof audioTrackSchema>[] =>
  type === 'video'
    ? servedTracks(renditions, soundTracks).map(({ rendition, name, language, isDefault, track }) => ({
        ...{ rendition: rendition.name, name, language, title: track?.title ?? null },
        ...{ channels: track?.channels ?? null, isDefault },
        isDescription: track?.isDescription ?? false,
        isCommentary: track?.isCommentary ?? false,
      }))
    : [];
