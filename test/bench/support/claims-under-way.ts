import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../../src/adapters/embedded-postgres/start-embedded-postgres.js';
import { deriveId } from '../../../src/core/ids.js';
import { silentLogger } from '../../../src/core/logger.js';
import type { MediaFlowEvent } from '../../../src/domain/index.js';
import { mediaStream } from '../../../src/domain/media/media.js';
import { startProduct } from '../../e2e/support/product.js';
import { framesFor, model, policy } from '../../kit/media-fixtures.js';
import { measureLatencies } from '../event-store/statistics.js';
import { type BenchRow, watched, within } from './bench-row.js';
import { inLanes, toAppend, withEventStore } from './remembered-interactions.js';
import { untilViewsFollow } from './until-views-follow.js';
import { inFolder } from './with-product.js';

const DOUBTFUL = Number(process.env.DOUBTFUL ?? 3_000);
const REVIEWERS = 40;
const SECONDS = 20;
const PAGE = 20;
const LIMIT_MILLISECONDS = 1_000;
const CATCH_UP_SECONDS = 600;

const keyOf = (reviewer: number): string => `reviewer-${reviewer}-with-a-key`;
const KEYS = Array.from({ length: REVIEWERS + 1 }, (_, reviewer) => keyOf(reviewer));

/** What reviewers do, each of whom does the next thing as soon as the last one is answered. */
type Doing = 'list' | 'claim' | 'review' | 'appeal';

/** Many reviewers at one queue by HTTP: each lists what is free, claims one of it, rejects it, and somebody appeals. */
export const benchClaims = (): Promise<BenchRow[]> =>
  inFolder(async (folder) => {
    await chmod(folder, 0o755); // as root, the server runs as its own user, who must be able to enter
    const database = await startEmbeddedPostgres({ dataFolder: join(folder, 'db'), logger: silentLogger });
    try {
      const product = await startProduct(join(folder, 'data'), {
        DATABASE_URL: database.connectionString,
        MEDIAFLOW_API_KEYS: KEYS.join(),
      });
      try {
        await withEventStore(database.connectionString, (store) =>
          inLanes(DOUBTFUL, (index) => {
            const mediaId = deriveId('doubtful-item', index);
            const at = new Date(Date.now() - (DOUBTFUL - index) * 1000).toISOString();
            return store.append(
              mediaStream(mediaId),
              doubtful(mediaId).map((event) => toAppend(event, at, mediaId, event.type)),
              'no-stream',
            );
          }),
        );
        await untilViewsFollow(product.url, CATCH_UP_SECONDS, { authorization: `Bearer ${keyOf(0)}` });
        return await atWork(product.url);
      } finally {
        await product.stop();
      }
    } finally {
      await database.stop();
    }
  });

function doubtful(mediaId: string): MediaFlowEvent[] {
  const causes = [{ class: 'adult' as const, score: 0.7, frame: 2, atSeconds: 2 }];
  return [
    {
      type: 'MediaRegistered',
      data: {
        ...{ mediaId, filename: 'film.mp4', contentType: 'video/mp4', title: 'A film', description: '' },
        ...{ tags: [], declaredSizeBytes: 30_500_000, declaredSha256: null, via: 'tus' },
      },
    },
    { type: 'ModerationScored', data: { mediaId, model, frames: framesFor('in_review') } },
    {
      type: 'ModerationDecided',
      data: { mediaId, outcome: 'in_review', rule: 'r', explanation: 'e', causes, policy },
    },
  ];
}

async function atWork(url: string): Promise<BenchRow[]> {
  const took: Record<Doing, number[]> = { list: [], claim: [], review: [], appeal: [] };
  let [decided, lost, twice] = [0, 0, 0];
  const endsAt = performance.now() + SECONDS * 1000;

  async function ask(doing: Doing, reviewer: number, path: string, body?: object): Promise<Response> {
    const begun = performance.now();
    const response = await fetch(`${url}${path}`, {
      method: doing === 'list' ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${keyOf(reviewer)}`, 'content-type': 'application/json' },
      ...(doing !== 'list' && { body: JSON.stringify(body ?? {}) }),
    });
    took[doing].push(performance.now() - begun);
    if (!response.ok && response.status !== 409)
      throw new Error(`${doing}: ${response.status} ${await response.text()}`);
    return response;
  }

  async function review(reviewer: number): Promise<void> {
    while (performance.now() < endsAt) {
      const page = await ask(
        'list',
        reviewer,
        `/v1/moderation/queue?free=true&status=in_review&limit=${PAGE}`,
      );
      const { items } = (await page.json()) as { items: { mediaId: string }[] };
      for (const { mediaId } of items) {
        const claimed = await ask('claim', reviewer, `/v1/media/${mediaId}/claim`);
        await claimed.arrayBuffer();
        if (claimed.status === 409) {
          lost += 1;
          continue;
        }
        const decision = { decision: 'reject', reason: 'not allowed' };
        const reviewed = await ask('review', reviewer, `/v1/media/${mediaId}/review`, decision);
        await reviewed.arrayBuffer();
        if (reviewed.status === 409) {
          twice += 1;
          break;
        }
        decided += 1;
        await (await ask('appeal', 0, `/v1/media/${mediaId}/appeal`, { text: 'It is art.' })).arrayBuffer();
        break;
      }
    }
  }
  await Promise.all(Array.from({ length: REVIEWERS }, (_, reviewer) => review(reviewer + 1)));

  const note = `${REVIEWERS} reviewers without a pause, ${SECONDS} s, ${DOUBTFUL.toLocaleString('en')} items at first`;
  const rows = (Object.keys(took) as Doing[]).map((doing) => {
    const { p50Milliseconds, p99Milliseconds } = measureLatencies(took[doing]);
    return within(LIMIT_MILLISECONDS, {
      what: `queue: ${doing} by HTTP, p99`,
      ours: p99Milliseconds,
      unit: 'ms',
      note: `p50 ${p50Milliseconds.toFixed(0)} ms; ${took[doing].length.toLocaleString('en')} times; ${note}`,
    });
  });
  return [
    ...rows,
    watched({
      what: 'queue: items decided on',
      ours: decided / SECONDS,
      unit: '1/s',
      note: `${lost.toLocaleString('en')} claims came second and were refused; ${twice} items that were claimed were decided on by somebody else`,
    }),
  ];
}
