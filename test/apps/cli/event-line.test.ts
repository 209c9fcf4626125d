import { describe, expect, it } from 'vitest';
import { eventLine } from '../../../src/apps/cli/event-line.js';

const factsOf = (data: Record<string, unknown>) =>
  eventLine({ type: 'Happened', occurredAt: '2026-11-21T10:00:00.000Z', about: 'by ada', data }, {
    paint: (_style: unknown, text: string) => text,
    width: undefined,
  } as Parameters<typeof eventLine>[1])
    .split('  by ada')[1]
    ?.trim();

describe('an event in one line', () => {
  it('tells its plain values, but for what it is about', () => {
    expect(factsOf({ mediaId: 'm1', jobId: 'j1', step: 'probe', attempt: 2, retryAt: null, tags: [] })).toBe(
      'step=probe attempt=2',
    );
  });

  it('tells how far something is in percent', () => {
    expect(factsOf({ step: 'preview', fraction: 0.4387555666666667 })).toBe('step=preview fraction=43 %');
  });

  it('names the rendition that is done, and the steps that are meant', () => {
    expect(factsOf({ mediaId: 'm1', rendition: { name: '360p', width: 640 } })).toBe('rendition=360p');
    expect(
      factsOf({ steps: ['tag', 'transcode'], poster: { blobKey: 'x' }, frames: [{ atSeconds: 1 }] }),
    ).toBe('steps=tag,transcode');
  });
});
