import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { invalid, messageOf } from '../../core/errors.js';
import type { InferenceConfig } from '../config/inference.js';

interface Pair {
  readonly certificate: Buffer;
  readonly key: Buffer;
}

/** What the service shows, and whose clients it lets in (undefined: everybody's). Throws `inference_tls_invalid`, which says of which variable. */
export async function readServiceTls({
  tls,
}: Pick<InferenceConfig, 'tls'>): Promise<(Pair & { readonly clientAuthorities?: Buffer }) | undefined> {
  if (!tls) return undefined;
  const pair = await readPair(tls, ['INFERENCE_TLS_CERT_FILE', 'INFERENCE_TLS_KEY_FILE']);
  const { clientCaFile } = tls;
  if (!clientCaFile) return pair;
  return { ...pair, clientAuthorities: await readAuthorities(clientCaFile, 'INFERENCE_TLS_CLIENT_CA_FILE') };
}

/** Whom a client believes (null: whom the system does), and what it shows itself. Throws as `readServiceTls`. */
export async function readClientTls({
  usesTls,
  caFile,
  pair,
}: NonNullable<InferenceConfig['service']>): Promise<
  { readonly authorities: Buffer | null; readonly own?: Pair } | undefined
> {
  if (!usesTls) return undefined;
  const authorities = caFile ? await readAuthorities(caFile, 'INFERENCE_TLS_CA_FILE') : null;
  if (!pair) return { authorities };
  const names = ['INFERENCE_TLS_CLIENT_CERT_FILE', 'INFERENCE_TLS_CLIENT_KEY_FILE'] as const;
  return { authorities, own: await readPair(pair, names) };
}

async function readPair(
  { certFile, keyFile }: { readonly certFile: string; readonly keyFile: string },
  names: readonly [string, string],
): Promise<Pair> {
  const [certificate, key] = await Promise.all([read(certFile, names[0]), read(keyFile, names[1])]);
  try {
    createSecureContext({ cert: certificate, key });
  } catch (error) {
    throw unusable(names.join(' and '), `are no certificate and its key: ${messageOf(error)}`);
  }
  return { certificate, key };
}

async function readAuthorities(path: string, name: string): Promise<Buffer> {
  const authorities = await read(path, name);
  try {
    new X509Certificate(authorities);
  } catch (error) {
    throw unusable(name, `holds no certificate: ${messageOf(error)}`);
  }
  return authorities;
}

const read = (path: string, name: string): Promise<Buffer> =>
  readFile(path).catch((error: unknown) => {
    throw unusable(name, `cannot be read: ${messageOf(error)}`);
  });

const unusable = (name: string, why: string) => invalid('inference_tls_invalid', `${name} ${why}`);
