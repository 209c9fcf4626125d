import { generateKeyPairSync, sign } from 'node:crypto';

/** Of X.509 in DER, what a certificate of one's own needs. */
const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
};
const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts);
const bytes = (...values: readonly number[]) => Uint8Array.from(values);
const text = (value: string) => new TextEncoder().encode(value);
const yes = der(0x01, bytes(0xff));

const ECDSA_WITH_SHA256 = sequence(der(0x06, bytes(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02)));
const COMMON_NAME = bytes(0x55, 0x04, 0x03);
const ALTERNATIVE_NAMES = bytes(0x55, 0x1d, 0x11);
const BASIC_CONSTRAINTS = bytes(0x55, 0x1d, 0x13);

const pem = (label: string, content: Uint8Array) =>
  `-----BEGIN ${label}-----\n${Buffer.from(content)
    .toString('base64')
    .replace(/(.{64})/g, '$1\n')}\n-----END ${label}-----\n`;

/** A certificate for 127.0.0.1 and localhost that vouches for itself, with its key, both as PEM. */
export function selfSignedCertificate(): { readonly key: string; readonly certificate: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const name = sequence(der(0x31, sequence(der(0x06, COMMON_NAME), der(0x0c, text('localhost')))));
  const validity = sequence(der(0x17, text('200101000000Z')), der(0x17, text('491231235959Z')));
  const names = sequence(der(0x82, text('localhost')), der(0x87, bytes(127, 0, 0, 1)));
  const extensions = sequence(
    sequence(der(0x06, ALTERNATIVE_NAMES), der(0x04, names)),
    sequence(der(0x06, BASIC_CONSTRAINTS), yes, der(0x04, sequence(yes))),
  );
  const signed = sequence(
    der(0xa0, der(0x02, bytes(2))),
    der(0x02, bytes(1)),
    ECDSA_WITH_SHA256,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  );
  const signature = der(0x03, bytes(0), sign('sha256', signed, privateKey));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: pem('CERTIFICATE', sequence(signed, ECDSA_WITH_SHA256, signature)),
  };
}
