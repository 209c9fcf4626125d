import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { jobsReading } from './jobs.contract.js';
import { liveSourcesReading } from './live-sources.contract.js';
import { mediaHistoryReading } from './media-history.contract.js';
import { mediaLibraryReading } from './media-library.contract.js';
import { mediaLooksReading } from './media-looks.contract.js';
import { mediaSearchReading } from './media-search.contract.js';
import { modelsReading } from './models.contract.js';
import { moderationQueueReading } from './moderation-queue.contract.js';
import { playbackReading } from './playback.contract.js';
import { popularityReading } from './popularity.contract.js';
import { recommendationsReading } from './recommendations.contract.js';
import { taxonomyReading } from './taxonomy.contract.js';
import { trendingReading } from './trending.contract.js';
import { viewerActivityReading } from './viewer-activity.contract.js';
import { type ViewEngine, type ViewsUnderTest, viewsOn } from './views-under-test.js';

/** What the readers of every engine answer, whatever it keeps the views in. Each test begins with empty views. */
export function readersContract(name: string, start: () => Promise<ViewEngine>): void {
  describe(`readers on ${name}`, () => {
    let engine: ViewEngine;
    let views: ViewsUnderTest;
    beforeAll(async () => {
      engine = await start();
    });
    beforeEach(async () => {
      await engine.empty();
      views = viewsOn(engine);
    });
    afterAll(() => engine?.stop());

    mediaLibraryReading(() => views);
    playbackReading(() => views);
    mediaHistoryReading(() => views);
    mediaLooksReading(() => views);
    mediaSearchReading(() => views);
    moderationQueueReading(() => views);
    jobsReading(() => views);
    recommendationsReading(() => views);
    viewerActivityReading(() => views);
    popularityReading(() => views);
    trendingReading(() => views);
    liveSourcesReading(() => views);
    modelsReading(() => views);
    taxonomyReading(() => views);
  });
}
