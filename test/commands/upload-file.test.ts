import { expect, test } from 'vitest';
import { uploadFileCommand } from '../../src/commands/upload-file.js';
import { NO_REQUEST } from '../../src/core/request-origin.js';
import { codeOf } from '../support/streams.js';

const noPulls = {
  execute: () => Promise.reject(new Error('nothing is there to be asked for')),
  source: { assertAllowed() {} },
};

test('a form whose file is only the name of one, as curl sends it without @, is told so', async () => {
  const [command] = uploadFileCommand(async () => {
    throw new Error('nothing is there to be taken');
  }, noPulls);
  const handled = command?.handle({
    ...{ commandId: 'one', headers: {}, params: {}, query: {}, body: undefined, requestHash: null },
    ...{
      actor: 'operator',
      ...NO_REQUEST,
      isOperator: true,
      isHead: false,
      signal: new AbortController().signal,
    },
    async *parts() {
      yield { field: 'file', value: 'holiday.mp4' };
    },
  });
  expect(await codeOf(Promise.resolve(handled))).toBe('file_missing');
});
