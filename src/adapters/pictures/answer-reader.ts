/** Of the head of an answer. */
const longestHeadBytes = 1024 * 1024;
/** Of all pictures of an answer together. */
const mostBytes = 512 * 1024 * 1024;

export interface RawAnswer {
  readonly head: unknown;
  readonly files: readonly Buffer[];
}

/**
 * Feeds on what the process writes, and gives each answer when it is whole: four bytes of length, a head that names how
 * long its files are, and these. Throws for what is no answer: whoever took the process over may write anything.
 */
export function createAnswerReader(onAnswer: (answer: RawAnswer) => void): (chunk: Buffer) => void {
  let chunks: Buffer[] = [];
  let held = 0;
  let wanted = 4;
  let next: 'length' | 'head' | 'files' = 'length';
  let head: { readonly sizes?: readonly number[] } = {};

  const take = (): Buffer => {
    const all = Buffer.concat(chunks);
    chunks = [all.subarray(wanted)];
    held -= wanted;
    return all.subarray(0, wanted);
  };
  const finish = (bytes: Buffer, sizes: readonly number[]) => {
    const files: Buffer[] = [];
    let from = 0;
    for (const size of sizes) {
      files.push(bytes.subarray(from, from + size));
      from += size;
    }
    [next, wanted] = ['length', 4];
    onAnswer({ head, files });
  };

  return (chunk) => {
    chunks.push(chunk);
    held += chunk.length;
    while (held >= wanted) {
      const part = take();
      if (next === 'length') {
        [next, wanted] = ['head', part.readUInt32BE(0)];
        if (wanted > longestHeadBytes) throw new Error('an answer that nobody could read');
      } else if (next === 'head') {
        head = JSON.parse(part.toString('utf8')) as typeof head;
        const sizes = sizesIn(head);
        const sum = sizes.reduce((total, size) => total + size, 0);
        if (sum > mostBytes) throw new Error('more pictures than anybody asked for');
        [next, wanted] = ['files', sum];
      } else finish(part, sizesIn(head));
    }
  };
}

function sizesIn(head: unknown): readonly number[] {
  const sizes: unknown = typeof head === 'object' && head !== null && 'sizes' in head ? head.sizes : [];
  if (!Array.isArray(sizes) || !sizes.every((size) => Number.isSafeInteger(size) && size >= 0))
    throw new Error('an answer of no known shape');
  return sizes;
}
