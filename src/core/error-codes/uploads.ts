import type { ErrorRoom } from './error-row.js';

/** Of files that come in, in one request or by tus. */
export const uploads = {
  file_too_large: {
    kinds: ['too-large'],
    advice:
      'The file is larger than this server takes; `details.maximumSizeBytes` says how large one may be. The operator sets it with `MEDIAFLOW_MAXIMUM_UPLOAD_BYTES`.',
  },
  empty_file: {
    kinds: ['invalid', 'unsupported'],
    statuses: [400],
    advice: 'The file has not a single byte. Send one that has.',
  },
  checksum_mismatch: {
    kinds: ['invalid'],
    advice:
      'The bytes are not those that the checksum was made of. Of a chunk by tus none count: send it again from the offset before it. Of a whole file, the upload is given up: send the file again.',
  },
  invalid_sha256: { kinds: ['invalid'], advice: 'A SHA-256 is 64 hexadecimal digits.' },
  too_many_uploads: {
    kinds: ['too-many'],
    advice:
      'This key, or the whole server, has as many unfinished uploads as it may. Finish or delete some, or come back after `Retry-After`. The operator sets the numbers with `MEDIAFLOW_MAXIMUM_OPEN_UPLOADS_PER_CALLER` and `MEDIAFLOW_MAXIMUM_OPEN_UPLOADS`.',
  },
  upload_interrupted: {
    kinds: ['unavailable'],
    advice:
      'The connection ended or fell silent, or another request took over, before every byte was there. By tus, ask with `HEAD` how far it came and go on from there; a file in one request is sent again.',
  },
  upload_locked: {
    kinds: ['conflict'],
    advice: 'Another request is sending bytes to this upload. Come back after `Retry-After`.',
  },
  upload_gone: {
    kinds: ['not-found'],
    advice:
      'The upload was given up, deleted or has expired, as `details.reason` says, and nothing brings it back. Begin a new one.',
  },
  upload_closed: {
    kinds: ['conflict'],
    advice: 'The upload of this item has ended already. To send the file again, begin a new upload.',
  },
  invalid_upload_metadata: {
    kinds: ['invalid'],
    advice:
      'What is said of the file (`Upload-Metadata`, or fields of the form) is malformed or too long; `detail` says which of it. `Upload-Metadata` is a list of keys with values in base64.',
  },
  upload_too_long: {
    kinds: ['too-large'],
    advice:
      'There are more bytes than `Upload-Length` says. The file changed, or the length was wrong: begin anew.',
  },
  parts_gone: {
    kinds: ['conflict'],
    advice:
      'The bytes of this upload are not there any more: they were joined to another one, or given up. Send the file again.',
  },
  file_missing: {
    kinds: ['invalid'],
    advice: 'The form has no file in a part named `file`; with curl it is `-F file=@PATH`.',
  },
  several_files: { kinds: ['invalid'], advice: 'The form has several files. Send one in each request.' },
  field_repeated: {
    kinds: ['invalid'],
    advice:
      'The form has a field twice, and only one could count. Send each once; several tags go into one `tags`.',
  },
  unknown_field: {
    kinds: ['invalid'],
    advice:
      'The form has a field nobody knows. It may have `file`, `title`, `description`, `tags`, `sha256`.',
  },
  too_many_fields: {
    kinds: ['invalid'],
    advice: 'The form has too many fields. Leave out what is not known.',
  },
  invalid_field: { kinds: ['invalid'], advice: 'A field of the form is no text. Send it as one.' },
  multipart_expected: { kinds: ['unsupported'], advice: 'Send this as `multipart/form-data`.' },
  malformed_multipart: {
    kinds: ['invalid'],
    advice: 'The body is no well-formed `multipart/form-data`. Leave the making of it to a library.',
  },
} as const satisfies ErrorRoom;
