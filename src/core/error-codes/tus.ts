import type { ErrorRoom } from './error-row.js';

/** Of `/v1/uploads` alone, whose protocol is tus 1.0. */
export const tus = {
  upload_not_found: {
    kinds: ['not-found'],
    advice: 'There is no upload at this address. Begin a new one.',
  },
  unsupported_tus_version: {
    kinds: ['invalid'],
    advice: 'Send `Tus-Resumable` with the version that `Tus-Version` names in the answer.',
  },
  wrong_content_type: {
    kinds: ['unsupported'],
    advice: 'Bytes come with `Content-Type: application/offset+octet-stream`.',
  },
  invalid_header: {
    kinds: ['invalid'],
    advice: 'The header that `details.header` names is missing, or is no number of bytes.',
  },
  invalid_upload_length: {
    kinds: ['invalid'],
    advice:
      'An upload needs either `Upload-Length` or `Upload-Defer-Length: 1`. A length that is told later cannot be below what has come or change again, and a final upload has the length of its parts.',
  },
  invalid_upload_concat: {
    kinds: ['invalid'],
    advice: '`Upload-Concat` is `partial`, or `final;` and addresses of partial uploads of this server.',
  },
  invalid_checksum: {
    kinds: ['invalid'],
    advice:
      '`Upload-Checksum` is an algorithm and a digest in base64. One that is announced as a trailer has to come.',
  },
  unsupported_checksum_algorithm: {
    kinds: ['invalid'],
    advice: 'Take one of the algorithms that `Tus-Checksum-Algorithm` lists in the answer to `OPTIONS`.',
  },
  offset_mismatch: {
    kinds: ['conflict'],
    advice: 'The upload stands at another byte. Ask with `HEAD` for `Upload-Offset` and go on from there.',
  },
  upload_completed: {
    kinds: ['conflict'],
    advice: 'Every byte of this upload is there already. There is nothing left to send.',
  },
  final_upload_is_fixed: {
    kinds: ['conflict'],
    advice:
      'A final upload consists of its parts and takes no bytes of its own. Send them to the partial ones.',
  },
  part_not_found: {
    kinds: ['invalid'],
    advice:
      'A part of this final upload is not there, or is no open partial upload. Send it again, then join.',
  },
  part_incomplete: {
    kinds: ['conflict'],
    advice: 'A part of this final upload is not complete yet. Send the rest of it, then join.',
  },
  part_joined: {
    kinds: ['conflict'],
    advice: 'This partial upload belongs to a final one already. Go on with that one.',
  },
} as const satisfies ErrorRoom;
