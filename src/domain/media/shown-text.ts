import type { Probe } from './media-values.js';

/** Indexes of the streams of text that can be shown, as far as a probe can tell. Earlier releases did not tell which they are. */
export const shownText = ({ subtitles, leftOut }: Pick<Probe, 'subtitles' | 'leftOut'>): number[] =>
  subtitles.flatMap(({ streamIndex }) =>
    streamIndex === undefined || leftOut.some((track) => track.streamIndex === streamIndex)
      ? []
      : [streamIndex],
  );
