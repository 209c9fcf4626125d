import { expect, test } from 'vitest';
import { createFfmpegVideoTools } from '../../../../src/adapters/ffmpeg/ffmpeg-video-tools.js';
import { probe } from '../../../kit/media-fixtures.js';
import { neverAborted } from '../support.js';
import { rung } from './support.js';

test('a film that would become too large in all its chunks together has none encoded', async () => {
  const tools = createFfmpegVideoTools({ itemLimits: { outputBytes: 1e9 } });
  if (!probe.video) throw new Error('The film has no picture');
  const encoding = tools.encodeChunk({
    ...{ inputPath: '/nowhere', outputFolder: '/nowhere', video: probe.video, rungs: [rung(25)] },
    ...{ durationSeconds: 7200, startSeconds: 180, endSeconds: 360 },
    ...{ onProgress: () => {}, signal: neverAborted },
  });
  await expect(encoding).rejects.toMatchObject({ code: 'too_much_output' });
});
