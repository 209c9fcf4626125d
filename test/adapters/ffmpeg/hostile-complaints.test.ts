import { expect, test } from 'vitest';
import { decodedWithErrors } from '../../../src/adapters/ffmpeg/decode-errors.js';
import { failureOf } from '../../../src/adapters/ffmpeg/failures.js';

const failureSaying = (stderr: string) =>
  failureOf({
    ...{ tool: 'ffprobe', exitCode: 1, endSignal: null, stderr, inputPath: '/private/place/x.mkv' },
    head: Buffer.from('1a45dfa3', 'hex'),
  });

/** A document type, a codec's name or the path of another file is repeated as it stands in the file. */
const REPEATED = [
  ...[
    '[',
    '[a ',
    '[a @ ',
    '[a,',
    '[hls @ 0x5',
    '[dec:a @ ',
    '\n[',
    '\n',
    ' ',
    'Decoder ',
    'Codec (a',
    'Picture size 1',
  ],
  'Could not open codec for input stream 1',
];

test.each(REPEATED)(
  'what a file has a tool say is understood at once, though it says nothing but %j thousands of times',
  (repeated) => {
    // A fraction of what is kept of a run's complaints; whoever tried everything would take minutes.
    const stderr = `[matroska,webm @ 0x55] Unknown EBML doctype '${repeated.repeat(4_000)}'\n`;
    const begun = performance.now();
    failureSaying(stderr);
    decodedWithErrors(stderr);
    expect(performance.now() - begun).toBeLessThan(1_000);
  },
);

test('a file cannot name a format of its own by what it has a tool say', () => {
  const stderr =
    "[matroska,webm @ 0x55] Unknown EBML doctype '[<b>evil</b> @ 0x55] Format not on whitelist'\n";
  expect(failureSaying(stderr).code).not.toBe('forbidden_format');
  expect(failureSaying(`${stderr}[hls @ 0x55] Format not on whitelist 'mov'`).message).toContain('hls');
});
