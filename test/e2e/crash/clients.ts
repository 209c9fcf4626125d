import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { persist } from './persist.js';
import type { Act } from './record.js';
import type { Scenario, UploadPlan, ViewerPlan } from './scenario.js';
import { sendByTus } from './tus-client.js';

export interface Clip {
  readonly path: string;
  readonly sha256: string;
}

/** All clients of a scenario, until each of them has its answers or has given up; `tell` is told what they heard. */
export async function runClients(options: {
  readonly url: string;
  readonly scenario: Scenario;
  readonly clips: readonly Clip[];
  readonly tell: (act: Act) => void;
}): Promise<void> {
  const { url, scenario, clips, tell } = options;
  const firstItem = Promise.withResolvers<string>();

  async function send(path: string, method: string, key: string, body?: unknown): Promise<Answer | null> {
    const response = await persist(() =>
      fetch(`${url}${path}`, {
        method,
        headers: { 'idempotency-key': key, ...(body ? { 'content-type': 'application/json' } : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
      }),
    );
    return answerOf(response, `${method} ${path}`);
  }

  /** What it says; null without an answer. What is deleted meanwhile is refused, which is no wrong answer. */
  async function answerOf(response: Response | undefined, what: string): Promise<Answer | null> {
    const text = await response?.text().catch(() => undefined);
    if (!response || text === undefined) return null;
    if (response.ok) return JSON.parse(text) as Answer;
    if (!text.includes('media_deleted'))
      tell({ kind: 'wrong-answer', what, answer: `${response.status} ${text.slice(0, 300)}` });
    return null;
  }

  async function upload(plan: UploadPlan): Promise<void> {
    await delay(plan.beginAfterMs);
    const clip = clips[plan.clip];
    if (!clip) throw new Error(`There is no clip ${plan.clip}`);
    const told = plan.via === 'tus' ? await sendByTus({ url, plan, clip, tell }) : await sendForm(plan, clip);
    const { mediaId = null, position = null } = told ?? {};
    tell({ kind: 'upload', title: plan.title, sha256: clip.sha256, mediaId, position });
    if (mediaId === null) return;
    firstItem.resolve(mediaId);
    await Promise.all([edit(mediaId, plan), remove(mediaId, plan)]);
  }

  async function sendForm(plan: UploadPlan, clip: Clip): Promise<Answer | null> {
    const bytes = new Blob([await readFile(clip.path)]);
    const response = await persist(() => {
      const form = new FormData();
      form.set('title', plan.title);
      form.set('file', bytes, 'clip.mp4');
      return fetch(`${url}/v1/media`, {
        method: 'POST',
        headers: { 'idempotency-key': plan.title },
        body: form,
      });
    });
    return answerOf(response, `form of ${plan.title}`);
  }

  async function edit(mediaId: string, { edits }: UploadPlan): Promise<void> {
    for (const title of edits) {
      const told = await send(`/v1/media/${mediaId}`, 'PATCH', title, { title });
      tell({ kind: 'edit', mediaId, title, position: told?.position ?? null });
    }
  }

  async function remove(mediaId: string, { title, deleteAfterMs }: UploadPlan): Promise<void> {
    if (deleteAfterMs === null) return;
    await delay(deleteAfterMs);
    const told = await send(`/v1/media/${mediaId}`, 'DELETE', `delete ${title}`);
    tell({ kind: 'delete', mediaId, position: told?.position ?? null });
  }

  async function view({ userId, batches, asksForRecommendation }: ViewerPlan): Promise<void> {
    const mediaId = await firstItem.promise;
    const all: string[] = [];
    let position: string | null = '';
    for (const [index, types] of batches.entries()) {
      const list = types.map((type) => ({ userId, mediaId, type }));
      const told = await send('/v1/interactions', 'POST', `${userId} ${index}`, list);
      all.push(...types);
      position = told && position !== null ? told.position : null;
    }
    tell({ kind: 'interactions', userId, mediaId, types: all, position });
    if (!asksForRecommendation) return;
    const told = await send('/v1/recommendations', 'POST', userId, { userId });
    tell({
      kind: 'recommendation',
      userId,
      requestId: told?.requestId ?? null,
      position: told?.position ?? null,
    });
  }

  async function rebuild({ view: name, afterMs }: Scenario['rebuilds'][number]): Promise<void> {
    await delay(afterMs);
    // Whoever is answered 409 finds one running, and a killed one is gone on with: the views are compared at the end.
    await fetch(`${url}/v1/projections/${name}/rebuild`, { method: 'POST' }).then(
      (answer) => answer.body?.cancel(),
      () => {},
    );
  }

  const uploads = Promise.all(scenario.uploads.map(upload));
  // Without any item nobody can watch one.
  void uploads.then(() => firstItem.reject(new Error('No upload was answered')), firstItem.reject);
  await Promise.all([uploads, ...scenario.viewers.map(view), ...scenario.rebuilds.map(rebuild)]);
}

interface Answer {
  readonly mediaId?: string;
  readonly requestId?: string;
  readonly position: string;
}
