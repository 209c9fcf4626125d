import { checksumAlgorithms, type TusResponse, tusVersion } from './tus-messages.js';
import type { UploadContext } from './upload-context.js';

const extensions = [
  'creation',
  'creation-with-upload',
  'creation-defer-length',
  'termination',
  'expiration',
  'checksum',
  'concatenation',
];

/** What of the protocol there is. */
export const describeProtocol = ({ limits }: UploadContext): TusResponse => ({
  status: 204,
  headers: {
    'Tus-Version': tusVersion,
    'Tus-Extension': extensions.join(','),
    'Tus-Max-Size': String(limits.maximumSizeBytes),
    'Tus-Checksum-Algorithm': checksumAlgorithms.join(','),
  },
});
