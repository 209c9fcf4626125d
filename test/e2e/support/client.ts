import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface Item {
  readonly id: string;
  readonly status: string;
  readonly playbackUrl: string | null;
  readonly posterUrl: string | null;
  readonly previewGifUrl: string | null;
  readonly storyboardUrl: string | null;
  readonly chaptersUrl: string | null;
  readonly chaptersSource: 'file' | 'scenes' | null;
  readonly subtitleTracks: readonly { readonly name: string; readonly url: string }[];
  readonly detectedTags: readonly string[];
  readonly sha256: string;
  readonly durationSeconds: number;
  readonly renditions: readonly {
    readonly name: string;
    readonly kind: string;
    readonly width: number | null;
    readonly height: number | null;
  }[];
  readonly audioTracks: readonly {
    readonly rendition: string;
    readonly name: string;
    readonly isDefault: boolean;
  }[];
  readonly steps: readonly {
    readonly step: string;
    readonly status: string;
    readonly error: object | null;
  }[];
  readonly moderation: { readonly outcome: string; readonly explanation: string } | null;
  readonly failure: { readonly code: string } | null;
}

const POLL_MILLISECONDS = 100;

export async function getJson<T>(url: string, headers: Record<string, string> = {}): Promise<T> {
  const response = await fetch(url, { headers });
  if (!response.ok) throw new Error(`GET ${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

export async function postJson<T>(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`POST ${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

export async function upload(
  url: string,
  file: string,
  title = basename(file),
  headers: Record<string, string> = {},
): Promise<{ readonly mediaId: string; readonly position: string }> {
  const form = new FormData();
  form.set('title', title);
  form.set('file', await openAsBlob(file), basename(file));
  const response = await fetch(`${url}/v1/media`, { method: 'POST', headers, body: form });
  if (response.status !== 202) throw new Error(`upload: ${response.status} ${await response.text()}`);
  return (await response.json()) as { mediaId: string; position: string };
}

/** The same upload however often it is sent: its title is its key. */
export const uploadWithKey = (url: string, file: string, title: string) =>
  upload(url, file, title, { 'idempotency-key': title });

/** Asks until the item is there and as wanted; fails with the last answer when it does not get there. */
export async function waitForItem(
  url: string,
  mediaId: string,
  isDone: (item: Item) => boolean,
  deadlineSeconds = 90,
): Promise<Item> {
  const deadline = performance.now() + deadlineSeconds * 1000;
  for (;;) {
    const response = await fetch(`${url}/v1/media/${mediaId}`);
    const answer: unknown = await response.json();
    // A view may be a moment behind the command that was acknowledged.
    if (!response.ok && response.status !== 404) throw new Error(JSON.stringify(answer));
    if (response.ok && isDone(answer as Item)) return answer as Item;
    if (performance.now() > deadline) throw new Error(`Still not there: ${JSON.stringify(answer, null, 2)}`);
    await delay(POLL_MILLISECONDS);
  }
}

/** Nothing more will happen to it by itself. */
export const isSettled = (item: Item): boolean =>
  ['published', 'in_review', 'rejected', 'failed'].includes(item.status) &&
  item.steps.every(({ status }) => ['completed', 'failed', 'cancelled'].includes(status));

export const historyOf = async (url: string, mediaId: string) =>
  (
    await getJson<{ items: { type: string; position: string; data: Record<string, unknown> }[] }>(
      `${url}/v1/media/${mediaId}/history`,
    )
  ).items;
