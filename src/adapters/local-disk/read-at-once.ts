import { close, open, read } from 'node:fs';

/**
 * So many bytes of a file from `start` on, with as little as it takes: a file that is opened, read and closed. Undefined when
 * they are not there, for whatever reason.
 */
export function readAtOnce(path: string, start: number, sizeBytes: number): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    open(path, 'r', (notOpened, file) => {
      if (notOpened) return resolve(undefined);
      const bytes = Buffer.allocUnsafeSlow(sizeBytes);
      read(file, bytes, 0, sizeBytes, start, (notRead, readBytes) => {
        close(file, () => resolve(!notRead && readBytes === sizeBytes ? bytes : undefined));
      });
    });
  });
}
