import { InvalidArgumentError, Option } from 'commander';

/** Reads a whole number from 1, up to `most`. */
export const countUpTo =
  (most = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const count = Number(text);
    if (/^\d+$/.test(text) && count >= 1 && count <= most) return count;
    const end = most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`;
    throw new InvalidArgumentError(`Give a whole number from 1${end}.`);
  };

/** How many entries a list shows; the server gives no more than `most` at once. */
export const limitOption = (most: number, preset: number): Option =>
  new Option('--limit <count>', `how many, at most ${most}`).argParser(countUpTo(most)).default(preset);
