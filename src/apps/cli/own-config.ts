import { messageOf } from '../../core/errors.js';
import { type Config, readConfig } from '../config.js';
import { wrongUsage } from './failure.js';
import type { CliIo } from './terminal/io.js';

/** The configuration that a server would have here, for commands that speak to its engines themselves. Wrong ones are wrong usage. */
export function ownConfig(env: CliIo['env']): Config {
  try {
    return readConfig(env);
  } catch (error) {
    throw wrongUsage(messageOf(error));
  }
}
