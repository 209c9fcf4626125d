import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { cliBin } from '../e2e/support/product.js';

const execute = promisify(execFile);
const patchBytes = 1 << 20;
const tus = { 'tus-resumable': '1.0.0' };
const base64 = (text: string) => Buffer.from(text).toString('base64');

/** The ways a file comes in by; each resolves to the id of its item. A collection is sent by one after the other: each upload is another. */
export const ways = {
  async cli(url: string, file: string): Promise<string> {
    const { stdout } = await execute(process.execPath, [cliBin, 'upload', '--url', url, '--json', file], {
      maxBuffer: 16 << 20,
    });
    const { items } = JSON.parse(stdout) as { items: readonly { mediaId: string }[] };
    return items[0]?.mediaId ?? '';
  },

  async tus(url: string, file: string): Promise<string> {
    const bytes = await readFile(file);
    const created = await fetch(`${url}/v1/uploads`, {
      method: 'POST',
      headers: {
        ...tus,
        'upload-length': String(bytes.length),
        'upload-metadata': `filename ${base64(basename(file))}`,
        'idempotency-key': randomUUID(),
      },
    });
    const address = new URL(created.headers.get('location') ?? '', url);
    for (let offset = 0; offset < bytes.length; offset += patchBytes) {
      const { status } = await fetch(address, {
        method: 'PATCH',
        headers: {
          ...tus,
          'upload-offset': String(offset),
          'content-type': 'application/offset+octet-stream',
        },
        body: bytes.subarray(offset, offset + patchBytes),
      });
      if (status !== 204) throw new Error(`PATCH was answered ${status}`);
    }
    return address.pathname.split('/').at(-1) ?? '';
  },
} as const;
export type Way = keyof typeof ways;
