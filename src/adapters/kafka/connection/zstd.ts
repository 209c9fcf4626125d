import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import { CompressionCodecs, CompressionTypes } from './kafkajs.js';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/**
 * Gives kafkajs, which only has gzip, Zstandard at its fastest level, from Node. It costs less than not to compress: what is
 * saved goes through one copy and one checksum in JavaScript less.
 */
export function provideZstd(): void {
  CompressionCodecs[CompressionTypes.ZSTD] = () => ({
    compress: ({ buffer }: { readonly buffer: Buffer }) =>
      compress(buffer, { params: { [constants.ZSTD_c_compressionLevel]: 1 } }),
    decompress: (buffer: Buffer) => decompress(buffer),
  });
}
