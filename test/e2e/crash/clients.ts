import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Activity } from './activity.js';
import { createPersist } from './persist.js';
import type { Act } from './record.js';
import type { CrowdPlan, Scenario, UploadPlan, ViewerPlan } from './scenario.js';
import { sendByTus, sendJoined } from './tus-client.js';

/** Longer than an item takes to be processed while everything is killed. */
const PATIENCE_MS = 90_000;

const ENDS: readonly unknown[] = ['published', 'rejected', 'failed', 'deleted', 410];

export interface Clip {
  readonly path: string;
  readonly sha256: string;
  readonly isMedia: boolean;
  /** From where the product may fetch it. */
  readonly address?: string;
}

/** All clients of a scenario, until each of them has its answers or has given up; `tell` is told what they heard. */
export async function runClients(options: {
  readonly url: string;
  readonly scenario: Scenario;
  readonly clips: readonly Clip[];
  readonly tell: (act: Act) => void;
  readonly activity: Activity;
  /** How long a request is sent again before its client gives up (default 120). */
  readonly patienceSeconds?: number;
}): Promise<void> {
  const { url, scenario, clips, tell, activity } = options;
  const persist = createPersist(options.patienceSeconds ?? 120);
  const firstItem = Promise.withResolvers<string>();

  async function send(path: string, method: string, key: string, body?: unknown): Promise<Answer | null> {
    const what = `${method} ${path.split('/').at(path.startsWith('/v1/media/') ? 4 : 2) ?? 'media'}`;
    return activity.during(what, async () => {
      const response = await persist(() =>
        fetch(`${url}${path}`, {
          method,
          headers: { 'idempotency-key': key, ...(body ? { 'content-type': 'application/json' } : {}) },
          ...(body ? { body: JSON.stringify(body) } : {}),
        }),
      );
      return answerOf(response, `${method} ${path}`);
    });
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
    const { sha256, isMedia } = clip;
    const told = await activity.during(`upload by ${plan.via}`, () => ways[plan.via](plan, clip));
    const { mediaId = null, position = null } = told ?? {};
    tell({
      ...{ kind: 'upload', title: plan.title, sha256, isMedia, mediaId, position },
      bytesComeLater: plan.via !== 'form' && plan.via !== 'tus',
    });
    if (mediaId === null) return;
    firstItem.resolve(mediaId);
    const judge = isMedia ? review : retry;
    await Promise.all([edit(mediaId, plan), remove(mediaId, plan), judge(mediaId, plan)]);
  }

  const ways: Record<UploadPlan['via'], (plan: UploadPlan, clip: Clip) => Promise<Answer | null>> = {
    form: (plan, clip) => sendForm(plan, clip),
    tus: (plan, clip) => sendByTus({ url, plan, clip, tell, persist }),
    joined: (plan, clip) => sendJoined({ url, plan, clip, tell, persist }),
    address: ({ title }, { address, sha256 }) =>
      send('/v1/media', 'POST', title, { url: address, title, sha256 }),
  };

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

  async function review(mediaId: string, plan: UploadPlan): Promise<void> {
    const { title, review: decision } = plan;
    if (decision === null || !(await becomes(mediaId, 'in_review'))) return;
    const body = { decision, reason: 'looked at' };
    const told = await send(`/v1/media/${mediaId}/review`, 'POST', `review ${title}`, body);
    tell({ kind: 'review', mediaId, decision, position: told?.position ?? null });
  }

  async function retry(mediaId: string, { title, review: judged }: UploadPlan): Promise<void> {
    if (judged === null || !(await becomes(mediaId, 'failed'))) return;
    const told = await send(`/v1/media/${mediaId}/retry`, 'POST', `retry ${title}`);
    tell({ kind: 'retry', mediaId, position: told?.position ?? null });
  }

  /** Looks until the item is there; false once it is gone, or never gets there. */
  async function becomes(mediaId: string, wanted: string): Promise<boolean> {
    for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline; await delay(50)) {
      const status = await fetch(`${url}/v1/media/${mediaId}`)
        .then(async (answer) => ((await answer.json()) as { status?: string | number }).status)
        .catch(() => undefined);
      if (status === wanted) return true;
      // A song is not looked at, so nobody is asked.
      if (ENDS.includes(status)) return false;
    }
    return false;
  }

  async function crowd({ userIds, batches, batchSize }: CrowdPlan): Promise<void> {
    const mediaId = await firstItem.promise;
    const member = async (userId: string) => {
      const list = Array.from({ length: batchSize }, () => ({ userId, mediaId, type: 'play' }));
      let position: string | null = '';
      for (let batch = 0; batch < batches; batch++) {
        const told = await send('/v1/interactions', 'POST', `${userId} ${batch}`, list);
        position = told && position !== null ? told.position : null;
      }
      const types = Array.from({ length: batches * batchSize }, () => 'play');
      tell({ kind: 'interactions', userId, mediaId, types, position });
    };
    await Promise.all(userIds.map(member));
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
    await activity.during('POST rebuild', () =>
      fetch(`${url}/v1/projections/${name}/rebuild`, { method: 'POST' }).then(
        (answer) => answer.body?.cancel(),
        () => {},
      ),
    );
  }

  const uploads = Promise.all(scenario.uploads.map(upload));
  // Without any item nobody can watch one.
  void uploads.then(() => firstItem.reject(new Error('No upload was answered')), firstItem.reject);
  await Promise.all([
    ...[uploads, crowd(scenario.crowd)],
    ...[...scenario.viewers.map(view), ...scenario.rebuilds.map(rebuild)],
  ]);
}

interface Answer {
  readonly mediaId?: string;
  readonly requestId?: string;
  readonly position: string;
}
