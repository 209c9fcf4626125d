import { derivativeKinds } from '../../../../src/domain/media/steps/step-table.js';
import { playbackQueries } from '../../../../src/queries/playback.js';

// They are only described here, and ask nothing.
const nothing = {} as never;
const paths = playbackQueries(nothing, nothing, nothing, {
  ...{ publicOriginals: false, segmentCacheSeconds: 0, derivatives: derivativeKinds },
}).map(({ path }) => path);

/** A name that a file of that address may have. */
const nameIn = (path: string): string =>
  derivativeKinds
    .find((kind) => path.endsWith(`/${kind.path}`))
    ?.names?.all[0]?.split('/')
    .at(-1) ?? 'sprite-000.jpg';

/** Every address that shows something of an item, but for the parts of a rendition: these only its playlist tells. */
export const playbackPaths = (mediaId: string): string[] =>
  paths
    .filter((path) => !path.includes('/:rendition/'))
    .map((path) => path.replace(':id', mediaId).replace(':file', nameIn(path)));
