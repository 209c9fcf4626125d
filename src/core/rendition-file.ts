/**
 * Where the files lie that a rendition's playlist names. Segments that were encoded in chunks stay where each chunk's attempt has
 * left them, so that joining them copies nothing: their names tell of which attempt they are.
 */

/** The word for what chunks are kept under, below the place of their item. */
export const chunksPlace = 'chunks';
const inChunk = /^chunk\.([A-Za-z0-9-]+-\d+)\.([a-z][a-z0-9.-]*)$/;

/** What the playlist of a joined rendition calls a file of a chunk. `attempt` names the attempt's folder: `<job>-<number>`. */
export const chunkFileName = (attempt: string, file: string): string => `chunk.${attempt}.${file}`;

/** The key of a file that is asked for beside the playlist in `blobPrefix` (`media/<id>/<what>/<attempt>/<rendition>`). Pure. */
export function keyOfRenditionFile(blobPrefix: string, file: string): string {
  const [, attempt, ofChunk] = inChunk.exec(file) ?? [];
  if (attempt === undefined) return `${blobPrefix}/${file}`;
  const [media, mediaId, , , rendition] = blobPrefix.split('/');
  return `${media}/${mediaId}/${chunksPlace}/${attempt}/${rendition}/${ofChunk}`;
}
