import { setTimeout as delay } from 'node:timers/promises';

interface Answer {
  readonly status: string;
  readonly failure: { readonly message: string } | null;
  readonly items: readonly { readonly mediaId: string }[];
}

export async function posted<Body>(url: string, path: string, body: object): Promise<Body> {
  const response = await fetch(`${url}${path}`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
  });
  if (response.status !== 202)
    throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Body;
}

/** Tells what a viewer did, and is back once it is acknowledged. */
export const did = (
  url: string,
  userId: string,
  type: string,
  mediaIds: readonly string[],
): Promise<unknown> =>
  posted(
    url,
    '/v1/interactions',
    mediaIds.map((mediaId) => ({ userId, mediaId, type })),
  );

/** Asks for a list and waits for it. */
export async function listFor(url: string, userId: string): Promise<string[]> {
  const { statusUrl } = await posted<{ statusUrl: string }>(url, '/v1/recommendations', {
    ...{ userId, type: 'any' },
  });
  for (;;) {
    const response = await fetch(`${url}${statusUrl}`);
    // The view has not heard of it yet.
    const { status, failure, items } =
      response.status === 404
        ? { status: 'queued', failure: null, items: [] }
        : ((await response.json()) as Answer);
    if (status === 'failed') throw new Error(`There is no list: ${failure?.message}`);
    if (status === 'done') return items.map(({ mediaId }) => mediaId);
    await delay(10);
  }
}
