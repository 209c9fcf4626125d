import { aac, h264, make, picture, sound } from './clips.js';

/** A sound clip with words of its owner in its container. */
export const makeClip = (path: string, words: Readonly<Record<string, string>>): Promise<string> =>
  make(
    path,
    ...[...picture('160x120', 2), ...sound(2), ...h264, ...aac, '-shortest'],
    ...Object.entries(words).flatMap(([name, text]) => ['-metadata', `${name}=${text}`]),
  );
