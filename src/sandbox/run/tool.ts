import type { CodeOf } from '../../core/errors.js';

/** What is run: its name for people, what its failures are called, and what it is told of the outside. */
export interface Tool {
  readonly name: string;
  readonly codes: ToolCodes;
  /** All of its environment: ours holds secrets. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What it means to go beyond a limit, by the limit. */
export interface ToolCodes {
  readonly missing: CodeOf<'unavailable'>;
  readonly timeout: CodeOf<'too-large'>;
  /** What did nothing at all may have waited for the machine, what computed on and on has not. */
  readonly stalled: CodeOf<'too-large'> & CodeOf<'internal'>;
  readonly memory: CodeOf<'too-large'>;
  readonly output: CodeOf<'too-large'>;
  readonly processes: CodeOf<'too-large'>;
}
