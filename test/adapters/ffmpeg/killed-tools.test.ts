import { expect, test } from 'vitest';
import { whyUndecodable } from '../../../src/adapters/ffmpeg/decodable.js';
import { failureOf, type ToolFailure } from '../../../src/adapters/ffmpeg/failures.js';
import { isOfPlace } from '../../../src/adapters/ffmpeg/seek-frame.js';
import type { Toolbox } from '../../../src/adapters/ffmpeg/toolbox.js';

const failure = (end: Partial<ToolFailure>): ToolFailure => ({
  ...{ tool: 'ffmpeg', exitCode: null, endSignal: null, stderr: '', inputPath: 'clip.mp4' },
  head: Buffer.from('000000186674797069736f6d', 'hex'),
  ...end,
});
const damaged = 'Error while decoding stream #0:0: Invalid data found when processing input';
const look = {
  ...{ inputPath: 'clip.mp4', streamIndex: 0, codec: 'h264' },
  signal: new AbortController().signal,
};
const toolboxThatEnds = (end: Partial<ToolFailure>): Toolbox => ({
  find: () => Promise.reject(new Error('not asked for')),
  run: () => Promise.reject(failureOf(failure(end))),
});

test.each<[string, Partial<ToolFailure>]>([
  ['by SIGKILL', { endSignal: 'SIGKILL' }],
  ['by SIGTERM', { endSignal: 'SIGTERM' }],
  ['by SIGKILL after words of damage', { endSignal: 'SIGKILL', stderr: damaged }],
  ['asked to, and tidied up', { exitCode: 255 }],
])('a tool that was ended %s says nothing of the file, nor of a place in it', async (_, end) => {
  const error = failureOf(failure(end));
  expect(error).toMatchObject({ code: 'ffmpeg_killed', kind: 'internal' });
  expect(isOfPlace(error)).toBe(false);
  await expect(whyUndecodable(toolboxThatEnds(end), look)).rejects.toMatchObject({ code: 'ffmpeg_killed' });
});

test.each<[string, Partial<ToolFailure>]>([
  ['by its decoder breaking', { endSignal: 'SIGSEGV' }],
  ['with an error nobody knows', { exitCode: 187 }],
  ['with words of damage', { exitCode: 183, stderr: damaged }],
])('a tool that ended %s has no frame of this file', async (_, end) => {
  expect(isOfPlace(failureOf(failure(end)))).toBe(true);
  await expect(whyUndecodable(toolboxThatEnds(end), look)).resolves.toMatchObject({ code: 'corrupt_media' });
});
