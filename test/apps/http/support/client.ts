import { readFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { basename } from 'node:path';
import { expect } from 'vitest';

export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly details?: Record<string, unknown>;
}

/** Asserts that a response is a whole problem document with this status and code, and returns it. */
export async function expectProblem(
  response: Response | Promise<Response>,
  status: number,
  code: string,
): Promise<ProblemBody> {
  const answer = await response;
  const text = await answer.text();
  expect(answer.headers.get('content-type'), text).toMatch(/^application\/problem\+json/);
  const body = JSON.parse(text) as ProblemBody;
  expect({ status: answer.status, code: body.code, detail: body.detail }).toEqual({
    status,
    code,
    detail: expect.stringMatching(/\S/),
  });
  const type = `urn:mediaflow:problem:${code}`;
  expect(body).toMatchObject({ status, title: expect.stringMatching(/\S/), type });
  return body;
}

export const sendJson = (
  url: string,
  body: unknown,
  { method = 'POST', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<Response> =>
  fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

export type FormPart =
  | readonly [field: string, value: string]
  | { readonly bytes: Blob; readonly filename: string };

/** A form whose parts go out in the order given. */
export function form(...parts: readonly FormPart[]): FormData {
  const data = new FormData();
  for (const part of parts)
    if ('bytes' in part) data.append('file', part.bytes, part.filename);
    else data.append(part[0], part[1]);
  return data;
}

export const filePart = async (path: string, filename = basename(path)): Promise<FormPart> => ({
  bytes: new Blob([await readFile(path)]),
  filename,
});

export const textPart = (text: string, filename = 'file.mp4'): FormPart => ({
  bytes: new Blob([text]),
  filename,
});

export const sendForm = (
  serverUrl: string,
  data: FormData,
  headers: Record<string, string> = {},
): Promise<Response> => fetch(`${serverUrl}/v1/media`, { method: 'POST', headers, body: data });

export async function mediaIdOf(response: Response): Promise<string> {
  const body = (await response.json()) as { mediaId?: string };
  expect(response.status, JSON.stringify(body)).toBe(202);
  return body.mediaId ?? '';
}

export const tusHeaders = { 'tus-resumable': '1.0.0' };
export const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Creates a tus upload and returns its address. */
export async function createTusUpload(
  serverUrl: string,
  length: number,
  metadata: Readonly<Record<string, string>> = {},
  headers: Record<string, string> = {},
): Promise<string> {
  const pairs = Object.entries(metadata).map(([key, value]) => `${key} ${base64(value)}`);
  const response = await fetch(`${serverUrl}/v1/uploads`, {
    method: 'POST',
    headers: {
      ...tusHeaders,
      'upload-length': String(length),
      ...(pairs.length > 0 ? { 'upload-metadata': pairs.join(',') } : {}),
      ...headers,
    },
  });
  expect(response.status, await response.text()).toBe(201);
  return new URL(response.headers.get('location') ?? '', serverUrl).href;
}

export const patchTus = (
  url: string,
  offset: number,
  bytes: Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(url, {
    method: 'PATCH',
    headers: {
      ...tusHeaders,
      'content-type': 'application/offset+octet-stream',
      'upload-offset': String(offset),
      ...headers,
    },
    body: bytes,
  });

/** Begins a POST, writes these bytes and breaks the connection off. Resolves when the socket is closed. */
export function breakOff(
  url: string,
  headers: Record<string, string>,
  bytes: Uint8Array | string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method: 'POST', headers });
    request.on('error', () => resolve());
    request.on('close', () => resolve());
    request.on('response', () => reject(new Error('It was answered before it broke off.')));
    request.write(bytes, () => request.destroy());
  });
}
