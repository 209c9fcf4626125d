import type { DescribedItem } from '../../src/core/inference/described-item.js';

/** An item of which nothing is known but what a test says. */
export const describedItem = (more: Partial<DescribedItem> = {}): DescribedItem => ({
  ...{ title: 'Clip', isTitleFilename: false, description: '', tags: [], seen: [], said: [], shown: [] },
  technical: { kind: 'video', durationSeconds: 30, width: 640, height: 360, hasSound: true },
  ...more,
});
