import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readClientTls, readServiceTls } from '../../../src/apps/wire/inference-tls.js';
import type { InferenceClient } from '../../../src/core/inference/inference-client.js';
import { plain } from '../../support/drawn-pictures.js';
import { selfSignedCertificate } from '../../support/self-signed-certificate.js';
import { clientOf, model, serve } from './served.js';

const pairOf = ({ key, certificate }: { readonly key: string; readonly certificate: string }) => ({
  certificate: Buffer.from(certificate),
  key: Buffer.from(key),
});
const [service, caller, stranger] = [1, 2, 3].map(() => pairOf(selfSignedCertificate())) as [
  ReturnType<typeof pairOf>,
  ReturnType<typeof pairOf>,
  ReturnType<typeof pairOf>,
];

const asked = (client: InferenceClient) =>
  client.infer('moderateFrames', { images: [plain(1, 2, 3, 8)] }, { signal: AbortSignal.timeout(60_000) });
const refused = { kind: 'unavailable', code: 'inference_unavailable' };
/** Pauses between attempts are none. */
const random = () => 0;

describe('models over TLS', () => {
  test('are asked by whoever knows the authority, and by nobody in the clear or who knows another', async () => {
    const { port } = await serve({ tls: service });
    const knowing = (authorities: Buffer) => clientOf(port, { random, tls: { authorities } });
    expect((await asked(knowing(service.certificate))).model).toEqual(model);
    await expect(asked(knowing(stranger.certificate))).rejects.toMatchObject(refused);
    await expect(asked(clientOf(port, { random }))).rejects.toMatchObject(refused);
  });

  test('are asked where both show who they are by those alone whose authority the service knows', async () => {
    const { port } = await serve({ tls: { ...service, clientAuthorities: caller.certificate } });
    const showing = (own?: typeof caller) =>
      clientOf(port, { random, tls: { authorities: service.certificate, ...(own && { own }) } });
    expect((await asked(showing(caller))).model).toEqual(model);
    await expect(asked(showing(stranger))).rejects.toMatchObject(refused);
    await expect(asked(showing())).rejects.toMatchObject(refused);
  });
});

describe('the files of TLS', () => {
  let folder: string;
  const at = (name: string) => join(folder, name);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mediaflow-tls-'));
    await writeFile(at('cert.pem'), service.certificate);
    await writeFile(at('key.pem'), service.key);
    await writeFile(at('other.pem'), stranger.key);
    await writeFile(at('text.pem'), 'hello');
  });
  afterAll(() => rm(folder, { recursive: true }));
  const serviceWith = (certFile: string, keyFile: string, clientCaFile?: string) =>
    readServiceTls({
      tls: {
        ...{ certFile: at(certFile), keyFile: at(keyFile) },
        clientCaFile: clientCaFile && at(clientCaFile),
      },
    });

  test('are read once at the start', async () => {
    expect(await serviceWith('cert.pem', 'key.pem', 'cert.pem')).toEqual({
      ...service,
      clientAuthorities: service.certificate,
    });
    expect(await readServiceTls({ tls: undefined })).toBeUndefined();
  });

  test.each([
    ['is not there', () => serviceWith('nowhere.pem', 'key.pem'), 'INFERENCE_TLS_CERT_FILE cannot be read'],
    ['is another key', () => serviceWith('cert.pem', 'other.pem'), 'are no certificate and its key'],
    ['is a text', () => serviceWith('text.pem', 'key.pem'), 'INFERENCE_TLS_CERT_FILE and'],
    [
      'holds no authority',
      () => serviceWith('cert.pem', 'key.pem', 'text.pem'),
      'INFERENCE_TLS_CLIENT_CA_FILE holds no',
    ],
    [
      'holds none for a client',
      () => readClientTls({ target: 'x', usesTls: true, caFile: at('text.pem'), pair: undefined }),
      'INFERENCE_TLS_CA_FILE holds no certificate',
    ],
  ])('are told of by name at the start where one %s', async (_, read, message) => {
    await expect(read()).rejects.toMatchObject({
      code: 'inference_tls_invalid',
      message: expect.stringContaining(message),
    });
  });
});
