import type { FrameTopic } from '../../core/frame-topic.js';
import type { Config } from '../config.js';
import type { Closers } from './closers.js';
import type { Storage } from './open-storage.js';

/** Where frames wait to be looked at. */
export async function openFrameTopic(options: {
  readonly config: Pick<Config, 'kafka'>;
  readonly storage: Pick<Storage, 'frames'>;
  readonly closers: Closers;
}): Promise<FrameTopic> {
  return options.storage.frames;
}
