import { seededRandom } from '../../../src/core/seeded-random.js';
import { getJson } from '../../e2e/support/client.js';
import { did, listFor } from './viewer.js';

const VIEWERS = 32;
/** One item is taken down with so many lists. */
const LISTS_A_DELETION = 100;
/** So many of the items, those that everybody cares for, are watched and taken down. */
const POPULAR = 600;

/**
 * Viewers at once, each of whom watches or dislikes something, asks for a list, looks at it and at the one that is served,
 * and goes on; while items are taken down. Counts what should not have been there.
 */
export async function listsUnderLoad(url: string, items: readonly string[], count: number) {
  const random = seededRandom(7);
  const deleted = new Set<string>();
  let lists = 0;
  let shown = 0;

  async function takeDown(): Promise<void> {
    const mediaId = items[Math.floor(random() * POPULAR)] as string;
    if (deleted.has(mediaId)) return;
    const { status } = await fetch(`${url}/v1/media/${mediaId}`, { method: 'DELETE' });
    // From its acknowledgement on.
    if (status === 202) deleted.add(mediaId);
  }

  async function view(viewer: number): Promise<void> {
    const seen = new Set<string>();
    const userId = `loaded-${viewer}`;
    while (lists < count) {
      lists += 1;
      if (lists % LISTS_A_DELETION === 0) await takeDown();
      const mediaId = items[Math.floor(random() * POPULAR)] as string;
      await did(url, userId, random() < 0.7 ? 'play' : 'dislike', [mediaId]);
      seen.add(mediaId);
      const gone = new Set(deleted);
      const made = await listFor(url, userId);
      const served = await getJson<{ items: { mediaId: string }[] }>(
        `${url}/v1/recommendations/${userId}?type=any`,
      );
      for (const id of [...made, ...served.items.map((item) => item.mediaId)])
        if (seen.has(id) || gone.has(id)) shown += 1;
    }
  }

  const startedAt = performance.now();
  await Promise.all(Array.from({ length: VIEWERS }, (_, viewer) => view(viewer)));
  const seconds = (performance.now() - startedAt) / 1000;
  return { lists, shown, listsPerSecond: lists / seconds, deleted: deleted.size };
}
