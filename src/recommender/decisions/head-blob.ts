import type { Head } from './head.js';

/** Of how a head lies in a blob. */
const FORMAT = 1;

interface Kept extends Omit<Head, 'weights'> {
  readonly format: number;
  readonly weights: readonly number[];
}

/** A head as bytes: the same head gives the same bytes. */
export function headToBlob({ version, space, weights, intercept, threshold }: Head): Uint8Array<ArrayBuffer> {
  const kept: Kept = { format: FORMAT, version, space, intercept, threshold, weights: [...weights] };
  return new TextEncoder().encode(JSON.stringify(kept)) as Uint8Array<ArrayBuffer>;
}

/** @throws RangeError for what is no head, or one of another release. */
export function headFromBlob(blob: Uint8Array): Head {
  const { format, weights, ...head } = parse(blob);
  if (format !== FORMAT || !Array.isArray(weights)) throw new RangeError('These bytes are no head.');
  return { ...head, weights: Float32Array.from(weights) };
}

function parse(blob: Uint8Array): Kept {
  try {
    return JSON.parse(new TextDecoder().decode(blob)) as Kept;
  } catch (cause) {
    throw new RangeError('These bytes are no head.', { cause });
  }
}
