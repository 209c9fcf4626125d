import { type CodeOf, MediaFlowError } from '../../core/errors.js';

/** A run's limits follow from the file: the same file would reach them again. */
export const tooLarge = (code: CodeOf<'too-large'>, message: string) =>
  new MediaFlowError('too-large', code, message);
