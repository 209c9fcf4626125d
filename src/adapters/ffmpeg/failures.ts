import { MediaFlowError, unsupported } from '../../core/errors.js';
import { maximumPixels, whatIsTaken } from './allow-lists.js';
import { pictureRefused } from './pictures.js';

export interface ToolFailure {
  readonly tool: 'ffmpeg' | 'ffprobe';
  readonly exitCode: number | null;
  readonly endSignal: NodeJS.Signals | null;
  readonly stderr: string;
  readonly inputPath: string;
  /** The first bytes of the input. */
  readonly head: Uint8Array;
}

/** First bytes, in hexadecimal, of the containers we take. */
const signatures: readonly RegExp[] = [
  /^.{8}(66747970|6d6f6f76|6d646174|66726565|736b6970|77696465|706e6f74)/, // ISO base media: ftyp moov mdat free …
  /^1a45dfa3/, // Matroska, WebM
  /^(52494646|4f676753|464c56|664c6143|494433|464f524d|63616666|2321414d52)/, // RIFF OggS FLV fLaC ID3 FORM caff #!AMR
  /^3026b275/, // ASF
  /^060e2b34/, // MXF
  /^000001b[3a]/, // MPEG
  /^47(..){187}47/, // MPEG-TS
  /^ff(f[0-9ab]|e[23])/, // MPEG audio and ADTS, without a tag before
];

/** Whether a file begins the way a container we take begins, so that trouble inside means damage. */
export const beginsLikeMedia = (head: Uint8Array): boolean => {
  const hexadecimal = Buffer.from(head).toString('hex');
  return signatures.some((signature) => signature.test(hexadecimal));
};

/** What ffmpeg said, for people: no local paths, no addresses, the last few lines. */
export const lastLines = (stderr: string, inputPath: string): string =>
  stderr
    .replaceAll(inputPath, 'input')
    .replaceAll(/ @ 0x[0-9a-f]+/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-5)
    .join('\n')
    .slice(-1000);

/** ffprobe's last word on a file that it cannot read, for whatever reason, or on a stream that no decoder takes as it is told. */
const cannotBeRead = /^(?:file:)?input: |^Could not open codec for input stream \d/m;
/** Of these the file is not to be blamed. */
const machineTrouble =
  /Input\/output error|Permission denied|Too many open files|No such file|temporarily unavailable/;

/**
 * Much of what is searched here was written by the file's author. So nothing in a pattern may match the same text in two
 * ways: one that did tried for ever on a name of thousands of brackets, and everybody waited.
 */
const notOnAllowList = /\[([\w,]+)(?: @ 0x[\da-f]+)?\] Format not on whitelist/;

/** Somebody sends them, the kernel too when memory is short; a decoder that breaks ends of others. */
const sentByOthers: readonly (NodeJS.Signals | null)[] = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'];
/** ffmpeg's, when it was asked to end and did. */
const askedToEnd = 255;

/** What a failed run means: what the file is (permanent), what the machine lacks, or what broke. Pure. */
export function failureOf(failure: ToolFailure): MediaFlowError {
  const { stderr } = failure;
  const said = lastLines(stderr, failure.inputPath);
  const details = { said };
  // What it said before may be true of a file that it would have read to the end.
  if (sentByOthers.includes(failure.endSignal)) return killed(failure);
  const format = notOnAllowList.exec(stderr)?.[1];
  const pictureType = format && /^(\w+)_pipe$/.exec(format)?.[1];
  if (pictureType) return pictureRefused(pictureType.toUpperCase(), details);
  if (format)
    return unsupported(
      'forbidden_format',
      `Files of the type ${format} are not taken. ${whatIsTaken}`,
      details,
    );
  const codec = [...stderr.matchAll(/Codec \(([\w-]+)\) not on whitelist/g)].at(-1)?.[1];
  const streamIndex = /Could not open codec for input stream (\d+)/.exec(stderr)?.[1];
  if (codec)
    return unsupported('unsupported_codec', `The codec ${codec} is not taken.`, {
      ...details,
      codec,
      ...(streamIndex === undefined ? {} : { streamIndex: Number(streamIndex) }),
    });
  if (/exceeds specified max pixel count|Picture size \d+x\d+ is invalid/.test(stderr))
    return unsupported('too_many_pixels', `Pictures above ${maximumPixels} pixels are not taken.`, details);
  if (/Invalid color (?:range|space)/.test(stderr))
    return unsupported('unsupported_colours', 'Colours of this kind are not taken.', details);
  if (/No space left on device|Disk quota exceeded/.test(stderr))
    return new MediaFlowError('storage-full', 'storage_full', 'There is no space left to work in.', details);
  if (/matches no streams|does not contain any stream/.test(stderr))
    return unsupported('no_video', 'The file holds no such stream.', details);
  if (/Decoder .{0,100} not found|Decoding requested, but no decoder|Unknown decoder/.test(stderr))
    return unsupported('unsupported_codec', 'There is no decoder for this codec.', details);
  const isUnreadable =
    failure.tool === 'ffprobe' &&
    failure.exitCode === 1 &&
    cannotBeRead.test(said) &&
    !machineTrouble.test(said);
  if (
    isUnreadable ||
    /moov atom not found|Invalid data found|could not find codec parameters|End of file|nothing was encoded/i.test(
      stderr,
    )
  )
    return beginsLikeMedia(failure.head)
      ? unsupported('corrupt_media', 'The file is damaged or cut off and cannot be read.', {
          ...details,
          ...(streamIndex === undefined ? {} : { unopenedStream: Number(streamIndex) }),
        })
      : unsupported('not_media', `The file is neither video, sound nor picture. ${whatIsTaken}`, details);
  if (/File too large/.test(stderr))
    return new MediaFlowError(
      'too-large',
      'ffmpeg_output_too_large',
      `${failure.tool} wrote a larger file than it may.`,
      details,
    );
  if (/Cannot allocate memory|Out of memory/i.test(stderr))
    return new MediaFlowError(
      'too-large',
      'ffmpeg_memory_exceeded',
      `${failure.tool} needed too much memory for it.`,
      details,
    );
  if (failure.exitCode === askedToEnd) return killed(failure);
  return new MediaFlowError(
    'internal',
    'ffmpeg_failed',
    `${failure.tool} failed${failure.exitCode === null ? '' : ` (exit code ${failure.exitCode})`}: ${said}`,
    details,
  );
}

const killed = ({ tool, endSignal }: ToolFailure): MediaFlowError =>
  new MediaFlowError(
    'internal',
    'ffmpeg_killed',
    `${tool} was ended from outside (${endSignal ?? 'by a signal'}).`,
  );
