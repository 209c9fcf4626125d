import { readFile } from 'node:fs/promises';
import type { Clip } from './clients.js';
import type { Persist } from './persist.js';
import { type Act, END_OF_LOG } from './record.js';
import type { UploadPlan } from './scenario.js';

const TUS = { 'tus-resumable': '1.0.0' };
const base64 = (text: string) => Buffer.from(text).toString('base64');

interface TusClient {
  readonly url: string;
  readonly plan: UploadPlan;
  readonly clip: Clip;
  readonly tell: (act: Act) => void;
  readonly persist: Persist;
}
interface Sent {
  readonly mediaId: string;
  readonly position: string;
}

/** Sends a file in patches; null when it gives up. */
export async function sendByTus(client: TusClient): Promise<Sent | null> {
  const { url, plan, clip } = client;
  const bytes = await readFile(clip.path);
  const address = await create(client, plan.title, {
    'upload-length': String(bytes.length),
    'upload-metadata': metadataOf(plan),
  });
  if (address === null) return null;
  const position = await sendBytes(client, address, bytes);
  return position === null ? null : { mediaId: idOf(url, address), position };
}

/** Sends a file in parts, one after another, and has them joined; null when it gives up. */
export async function sendJoined(client: TusClient): Promise<Sent | null> {
  const { url, plan, clip } = client;
  const bytes = await readFile(clip.path);
  const partBytes = Math.ceil(bytes.length / plan.parts);
  const addresses: string[] = [];
  for (let offset = 0; offset < bytes.length; offset += partBytes) {
    const part = bytes.subarray(offset, offset + partBytes);
    const address = await create(client, `${plan.title}, part at ${offset}`, {
      'upload-length': String(part.length),
      'upload-concat': 'partial',
    });
    if (address === null || (await sendBytes(client, address, part)) === null) return null;
    addresses.push(address);
  }
  const final = await create(client, plan.title, {
    'upload-concat': `final;${addresses.map((address) => new URL(address, url).pathname).join(' ')}`,
    'upload-metadata': metadataOf(plan),
  });
  return final === null ? null : { mediaId: idOf(url, final), position: END_OF_LOG };
}

const metadataOf = ({ title }: UploadPlan): string => `filename ${base64('clip.mp4')},title ${base64(title)}`;
const idOf = (url: string, address: string): string => new URL(address, url).pathname.split('/').at(-1) ?? '';

/** The address of a new upload, or of the one that an earlier request with the key has made; null when it gives up. */
async function create(
  { url, tell, persist }: TusClient,
  key: string,
  headers: Readonly<Record<string, string>>,
): Promise<string | null> {
  const created = await persist(() =>
    fetch(`${url}/v1/uploads`, { method: 'POST', headers: { ...TUS, 'idempotency-key': key, ...headers } }),
  );
  const location = created?.headers.get('location');
  const text = await created?.text().catch(() => '');
  if (created?.status === 201 && location) return location;
  if (created)
    tell({ kind: 'wrong-answer', what: `creation of ${key}`, answer: `${created.status} ${text}` });
  return null;
}

/** Asks how far it came whenever a patch was not answered as it should be. Null when it gives up. */
async function sendBytes(
  { url, plan, tell, persist }: TusClient,
  location: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<string | null> {
  const address = new URL(location, url);
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
  return position ?? END_OF_LOG;
}
