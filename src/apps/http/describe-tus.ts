import { bytesContentType } from '../../commands/uploads/protocol/tus-messages.js';
import { type Paths, problemAnswer } from './openapi.js';

type Headers = Readonly<Record<string, string>>;

interface TusOperation {
  readonly method: 'options' | 'post' | 'head' | 'patch' | 'delete';
  readonly path: '/v1/uploads' | '/v1/uploads/{id}';
  readonly summary: string;
  readonly isPublic?: boolean;
  /** Headers of the request; a name that ends in `*` is required. */
  readonly asks: Headers;
  readonly takesBytes?: 'maybe' | 'always';
  readonly status: number;
  readonly says: string;
  /** Headers of the answer. */
  readonly tells: Headers;
}

const VERSION = { 'Tus-Resumable*': 'Always `1.0.0`' };
const OFFSET = { 'Upload-Offset': 'Bytes received so far' };
const EXPIRES = { 'Upload-Expires': 'When an unfinished upload is given up, unless bytes come before' };
const POSITION = {
  'Mediaflow-Position': 'Where it stands in the log: send it as `Mediaflow-After` to read your own write',
};
const CHECKSUM = {
  'Upload-Checksum':
    'Algorithm (`sha1`, `sha256`, `md5`) and digest in base64 of these bytes; it may come as a trailer behind them',
};

const operations: readonly TusOperation[] = [
  {
    method: 'options',
    path: '/v1/uploads',
    summary: 'What of tus is spoken here',
    isPublic: true,
    asks: {},
    status: 204,
    says: 'Version, extensions and limits',
    tells: {
      'Tus-Version': 'Always `1.0.0`',
      'Tus-Extension': 'Extensions, separated by commas',
      'Tus-Max-Size': 'Bytes a file may have',
      'Tus-Checksum-Algorithm': 'Algorithms of `Upload-Checksum`',
    },
  },
  {
    method: 'post',
    path: '/v1/uploads',
    summary: 'Create a resumable upload, with its first bytes or without',
    asks: {
      ...VERSION,
      'Upload-Length': 'Bytes of the whole file',
      'Upload-Defer-Length': '`1` when the length comes later, in place of `Upload-Length`',
      'Upload-Metadata':
        'Pairs of key and base64, separated by commas: `filename`, `filetype`, `title`, `description`, `tags`, `sha256`; the same as in the form of `POST /v1/media`. Headers have 16 KiB together: a long description is set with `PATCH /v1/media/{id}`',
      'Upload-Concat': '`partial`, or `final;` and the addresses of the parts to be joined',
      ...CHECKSUM,
      'Idempotency-Key':
        'The same key goes on with the same upload. Another file under it is refused (409) where length, metadata or first bytes tell: name its `sha256` in the metadata, or nothing else may',
    },
    takesBytes: 'maybe',
    status: 201,
    says: 'It can take bytes, or its parts are going to be joined; the last part of `Location` is the id of the item too',
    tells: {
      Location: 'Address of the upload, relative to that of the request',
      ...OFFSET,
      ...EXPIRES,
      ...POSITION,
    },
  },
  {
    method: 'head',
    path: '/v1/uploads/{id}',
    summary: 'How far an upload has come',
    asks: VERSION,
    status: 200,
    says: 'Where to go on',
    tells: {
      'Upload-Offset': `${OFFSET['Upload-Offset']}; absent while parts are being joined`,
      'Upload-Length': 'Bytes of the whole file',
      'Upload-Defer-Length': '`1` while the length is not known',
      'Upload-Metadata': 'As it was created with',
      'Upload-Concat': 'As it was created with',
      ...EXPIRES,
    },
  },
  {
    method: 'patch',
    path: '/v1/uploads/{id}',
    summary: 'Send bytes; with the last one the item goes on to be processed',
    asks: {
      ...VERSION,
      'Upload-Offset*': 'Where these bytes begin: what HEAD told',
      'Upload-Length': 'Bytes of the whole file, where that was deferred',
      ...CHECKSUM,
    },
    takesBytes: 'always',
    status: 204,
    says: 'The bytes are durable',
    tells: { ...OFFSET, ...EXPIRES, ...POSITION },
  },
  {
    method: 'delete',
    path: '/v1/uploads/{id}',
    summary: 'Give an upload up; of one that is complete, its item is deleted',
    asks: VERSION,
    status: 204,
    says: 'It is gone, and its bytes are removed',
    tells: POSITION,
  },
];

/** Who sends by two connections at once gets it, and so does HEAD while bytes come in for longer than it waits. */
const lockedAnswer = {
  ...problemAnswer,
  description:
    '`upload_locked`: another request is sending bytes; after `Retry-After` ask with HEAD how far it came',
};

const parameter = (place: 'path' | 'header', name: string, description: string) => ({
  name: name.replace(/\*$/, ''),
  in: place,
  required: place === 'path' || name.endsWith('*'),
  description,
  schema: { type: 'string' },
});

/** The tus protocol for OpenAPI: what differs from the other endpoints is that it speaks in headers. */
export const tusPaths: Paths = Object.fromEntries(
  [...new Set(operations.map(({ path }) => path))].map((path) => [
    path,
    Object.fromEntries(
      operations
        .filter((operation) => operation.path === path)
        .map((operation) => [operation.method, describe(operation)]),
    ),
  ]),
);

function describe({ method, path, summary, isPublic, asks, takesBytes, status, says, tells }: TusOperation) {
  const schema = { type: 'string', format: 'binary' };
  return {
    summary,
    tags: ['uploads'],
    operationId: `tus${method[0]?.toUpperCase()}${method.slice(1)}`,
    security: isPublic ? [] : [{ operatorKey: [] }],
    parameters: [
      ...(path === '/v1/uploads' ? [] : [parameter('path', 'id', 'The last part of `Location`')]),
      ...Object.entries(asks).map(([name, description]) => parameter('header', name, description)),
    ],
    ...(takesBytes
      ? { requestBody: { required: takesBytes === 'always', content: { [bytesContentType]: { schema } } } }
      : {}),
    responses: {
      [status]: {
        description: says,
        headers: Object.fromEntries(
          Object.entries(tells).map(([name, description]) => [
            name,
            { description, schema: { type: 'string' } },
          ]),
        ),
      },
      ...(isPublic ? {} : { 423: lockedAnswer }),
      default: problemAnswer,
    },
  };
}
