import { expect, test } from 'vitest';
import {
  attemptCommandId,
  eventIdOf,
  finalUploadIdOf,
  forgettingIdOf,
  mediaIdOf,
  partialCommandId,
  recommendationIdOf,
  replayIdOf,
  requestCommandId,
  requestHashOf,
  sagaOutputId,
  transferCommandId,
  uploadIdOf,
} from '../../src/core/derived-ids.js';

test('every recipe gives the ids that stores hold already', () => {
  expect({
    event: eventIdOf('c', 0),
    request: requestCommandId({ actor: 'ada', method: 'POST', path: '/v1/media' }, 'k'),
    partial: partialCommandId('c', 1),
    hash: requestHashOf({ title: 'A' }),
    media: mediaIdOf('c'),
    forgetting: forgettingIdOf('v'),
    recommendation: recommendationIdOf('c'),
    upload: uploadIdOf('ada', 'k'),
    final: finalUploadIdOf('ada', ['a', 'b']),
    transfer: transferCommandId('m', 'CompleteUpload'),
    attempt: attemptCommandId({ id: 'j', attempt: 2 }, 'result', 0),
    output: sagaOutputId('media-processing', 'i', 0),
    replay: replayIdOf('l', 0),
    replayAgain: replayIdOf('l', 1),
  }).toMatchInlineSnapshot(`
    {
      "attempt": "55be5bf3-b1ae-8e9e-aec2-b30dcefefe1b",
      "event": "99f87c8b-3caf-8227-97c4-a20445d177cb",
      "final": "03289feb-65e1-88f9-8a96-6d3a723198ed",
      "forgetting": "e3d73768-4bbc-8658-8fbe-7ba74b4f568d",
      "hash": "6f459812-a8e8-8c16-8525-4df895fbc501",
      "media": "986dbbea-c740-870b-8003-d25cb257c6b8",
      "output": "b0471899-1a53-8ebf-9482-30498997a04a",
      "partial": "dff0ff35-c440-836a-8453-d758af551222",
      "recommendation": "de44cba5-df68-8421-8ce6-9476da7aa6ae",
      "replay": "1c1e45f5-85f2-840d-8a4b-e79186e6513d",
      "replayAgain": "ca09673e-c1ee-856a-97ca-b6d81592dc7c",
      "request": "844a8d8f-1c8f-8a42-9bfe-841ad6d01d7f",
      "transfer": "56ed6034-0a1a-8309-ba1d-38b4df6de080",
      "upload": "a204e860-116f-8c54-8937-1f82b374ff45",
    }
  `);
});
