import { MediaFlowError } from '../../../core/errors.js';

const HEAD = /^\s*--\S+\r\nContent-type: image\/jpeg\r\nContent-length: (\d{1,9})\r\n\r\n/i;
const MOST_HEAD_BYTES = 256;

/** Takes the pictures out of what ffmpeg writes as `mpjpeg`, piece by piece as it comes. Throws for what is none of that. */
export function createJpegReader(onJpeg: (jpeg: Buffer) => void, mostBytes: number) {
  let rest: Buffer = Buffer.alloc(0);
  /** Of the picture that is coming; undefined before its head is here. */
  let wanted: number | undefined;

  return (chunk: Buffer): void => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      if (wanted === undefined) {
        const head = HEAD.exec(rest.toString('latin1', 0, MOST_HEAD_BYTES));
        if (!head && rest.length >= MOST_HEAD_BYTES) throw malformed();
        if (!head) return;
        wanted = Number(head[1]);
        if (wanted > mostBytes) throw malformed();
        rest = rest.subarray(head[0].length);
      }
      if (rest.length < wanted) return;
      onJpeg(Buffer.from(rest.subarray(0, wanted)));
      rest = rest.subarray(wanted);
      wanted = undefined;
    }
  };
}

const malformed = () =>
  new MediaFlowError(
    'internal',
    'ffmpeg_failed',
    'ffmpeg wrote something else than the frames it was asked for.',
  );
