import { readFile } from 'node:fs/promises';
import type { Clip } from './clients.js';
import { persist } from './persist.js';
import type { Act } from './record.js';
import type { UploadPlan } from './scenario.js';

/** Told that all is there by an answer that carries no position: whatever the log ends with. */
const END_OF_LOG = '9'.repeat(16);
const TUS = { 'tus-resumable': '1.0.0' };
const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Sends a file in patches, and asks how far it came whenever one was not answered as it should be; null when it gives up. */
export async function sendByTus(options: {
  readonly url: string;
  readonly plan: UploadPlan;
  readonly clip: Clip;
  readonly tell: (act: Act) => void;
}): Promise<{ readonly mediaId: string; readonly position: string } | null> {
  const { url, plan, clip, tell } = options;
  const bytes = await readFile(clip.path);
  const created = await persist(() =>
    fetch(`${url}/v1/uploads`, {
      method: 'POST',
      headers: {
        ...TUS,
        'idempotency-key': plan.title,
        'upload-length': String(bytes.length),
        'upload-metadata': `filename ${base64('clip.mp4')},title ${base64(plan.title)}`,
      },
    }),
  );
  const location = created?.headers.get('location');
  if (created?.status !== 201 || !location) {
    if (created)
      tell({ kind: 'wrong-answer', what: `creation of ${plan.title}`, answer: String(created.status) });
    return null;
  }
  const address = new URL(location, url);
  const mediaId = address.pathname.split('/').at(-1) ?? '';

  let acknowledgedBytes = 0;
  let position: string | null = null;
  while (acknowledgedBytes < bytes.length) {
    const answer = await fetch(address, {
      method: 'PATCH',
      headers: {
        ...TUS,
        'upload-offset': String(acknowledgedBytes),
        'content-type': 'application/offset+octet-stream',
      },
      body: bytes.subarray(acknowledgedBytes, acknowledgedBytes + plan.patchBytes),
    }).catch(() => undefined);
    await answer?.body?.cancel().catch(() => {});
    if (answer?.status === 204) {
      acknowledgedBytes = Number(answer.headers.get('upload-offset'));
      position = answer.headers.get('mediaflow-position');
      continue;
    }
    const head = await persist(() => fetch(address, { method: 'HEAD', headers: TUS }));
    if (head?.status !== 200) {
      if (head) tell({ kind: 'wrong-answer', what: `HEAD of ${plan.title}`, answer: String(head.status) });
      return null;
    }
    const foundBytes = Number(head.headers.get('upload-offset'));
    tell({ kind: 'offset', title: plan.title, acknowledgedBytes, foundBytes });
    acknowledgedBytes = foundBytes;
  }
  return { mediaId, position: position ?? END_OF_LOG };
}
