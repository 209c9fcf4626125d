import { expect, test } from 'vitest';
import { joinPersonal, partPersonal } from '../../src/core/personal-data.js';

const fields = { title: '', tags: [], 'probe.tags': {} };

test('what is personal is taken out, and put back where it was', () => {
  const data = { id: 'm1', title: 'Ada', tags: ['home'], probe: { seconds: 3, tags: { artist: 'Ada' } } };
  const parted = partPersonal(fields, data);
  expect(parted).toEqual({
    open: { id: 'm1', title: '', tags: [], probe: { seconds: 3, tags: {} } },
    personal: { title: 'Ada', tags: ['home'], 'probe.tags': { artist: 'Ada' } },
  });
  expect(joinPersonal(parted)).toEqual(data);
});

test('a field that is not there does not appear, and one that says nothing is not personal', () => {
  const data = { id: 'm1', tags: [], probe: null };
  expect(partPersonal(fields, data)).toEqual({ open: data, personal: {} });
});

test('what it was given stays as it was', () => {
  const data = { title: 'Ada', probe: { tags: { artist: 'Ada' } } };
  partPersonal(fields, data);
  expect(data).toEqual({ title: 'Ada', probe: { tags: { artist: 'Ada' } } });
});
