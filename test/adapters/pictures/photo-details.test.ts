import { expect, test } from 'vitest';
import { photoDetailsOf } from '../../../src/adapters/pictures/process/photo-details.js';

const xmp = (description: string, createdAt = '') =>
  Buffer.from(
    `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description
      xmlns:dc="http://purl.org/dc/elements/1.1/" dc:description="${description}" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreateDate="${createdAt}"/></rdf:RDF></x:xmpmeta>`,
  );

test.each([
  ['written as a number', 'half &#xD83D; of one', 'half \ufffd of one'],
  ['left by the cut', `${'x'.repeat(499)}\u{1f600}`, `${'x'.repeat(499)}\ufffd`],
])('half of a character, %s, is in no text of a photograph', async (_, written, told) => {
  expect((await photoDetailsOf({ xmp: xmp(written) }))?.description).toBe(told);
});

test.each([
  ['2023-11-30T23:59:59', '2023-11-30T23:59:59'],
  ['2023-13-45T25:61:61', undefined],
  ['2023-00-00T00:00:00', undefined],
  ['0000-01-01T00:00:00', undefined],
  ['', undefined],
])('of a photograph taken at %s is told: %s', async (written, told) => {
  const details = await photoDetailsOf({ xmp: xmp('a', written) });
  expect(details?.takenAt ?? undefined).toBe(told);
});
