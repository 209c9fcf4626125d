import type { ErrorRoom } from './error-row.js';

/** What any address may answer, whatever is asked of it. */
export const requests = {
  key_required: {
    kinds: ['unauthorized'],
    advice: 'Only an operator may do this. Send one of the server’s keys as `Authorization: Bearer …`.',
  },
  key_unknown: {
    kinds: ['unauthorized'],
    advice:
      'The key that was sent is none of this server’s. Compare it with `MEDIAFLOW_API_KEYS`; the same key will not do later.',
  },
  too_many_wrong_keys: {
    kinds: ['too-many'],
    advice:
      'Too many wrong keys have come from this network. Mend the key, and wait for as long as `Retry-After` says before the next wrong one; right keys are never held up.',
  },
  foreign_host: {
    kinds: [],
    statuses: [403],
    advice:
      'The server has no keys, so it answers only as this machine, by address, or under names it knows. Set `MEDIAFLOW_API_KEYS`, or name the host in `MEDIAFLOW_ALLOWED_HOSTS`.',
  },
  foreign_origin: {
    kinds: [],
    statuses: [403],
    advice:
      'The server has no keys, so pages of other origins change nothing. Set `MEDIAFLOW_API_KEYS`, or name the origin in `MEDIAFLOW_CORS_ORIGINS`.',
  },
  route_not_found: {
    kinds: [],
    statuses: [404],
    advice: 'There is no such address. `/docs` lists all; a process without some roles has fewer.',
  },
  method_not_allowed: {
    kinds: ['invalid'],
    statuses: [405],
    advice: 'The address is there, but not for this method. `Allow` lists those it takes.',
  },
  invalid_request: {
    kinds: ['invalid'],
    advice:
      'A path, query or body does not fit what `/docs` says. `details.issues` says where and why; mend it and send it again.',
  },
  unknown_item_field: {
    kinds: ['invalid'],
    advice: '`fields` names something that an item does not have. `details.known` lists what there is.',
  },
  unstorable_text: {
    kinds: ['invalid'],
    advice: 'A text holds a NUL character or half of a surrogate pair. Take it out.',
  },
  invalid_idempotency_key: {
    kinds: ['invalid'],
    advice: 'An `Idempotency-Key` has 1 to 255 characters; for tus they are printable ASCII.',
  },
  idempotency_key_reused: {
    kinds: ['conflict'],
    advice:
      'This `Idempotency-Key` came with another request or another file before. Take a new key for a new wish, and send a repeat just as it was.',
  },
  unsupported_content_type: {
    kinds: ['unsupported'],
    statuses: [415],
    advice:
      'Send JSON as `application/json`, files as `multipart/form-data` to `/v1/media` or by tus to `/v1/uploads`.',
  },
  unsupported_content_encoding: {
    kinds: ['unsupported'],
    advice: 'Send the body as it is, without a `Content-Encoding`. A file that is compressed itself is fine.',
  },
  malformed_json: {
    kinds: [],
    statuses: [400],
    advice: 'The body is no JSON, or is empty where JSON is needed.',
  },
  json_too_deep: { kinds: ['invalid'], advice: 'The JSON is nested too deep. Send it flatter.' },
  json_too_large: { kinds: ['too-large'], advice: 'The JSON has too many values. Send it in parts.' },
  body_too_large: {
    kinds: [],
    statuses: [413],
    advice: 'The body is larger than this address takes. Send less at once.',
  },
  url_too_long: { kinds: [], statuses: [414], advice: 'An id or name in the address is too long.' },
  malformed_url: { kinds: [], statuses: [400], advice: 'The address cannot be decoded. Escape it properly.' },
  malformed_request: {
    kinds: [],
    statuses: [400],
    advice: 'This is no HTTP request that can be understood; the connection ends.',
  },
  malformed_host: {
    kinds: [],
    statuses: [400],
    advice:
      'The request has no `Host` header or more than one; the connection ends. A proxy in front passes on one.',
  },
  expectation_unknown: {
    kinds: [],
    statuses: [417],
    advice: '`Expect` asks for something else than `100-continue`; the connection ends. Leave it out.',
  },
  headers_too_large: {
    kinds: [],
    statuses: [431],
    advice: 'The headers together are too large; the connection ends. Send fewer or shorter ones.',
  },
  request_timeout: {
    kinds: [],
    statuses: [408],
    advice: 'The request did not come in time. Send it again, over a better line if there is one.',
  },
  bad_request: {
    kinds: [],
    statuses: [400],
    advice:
      'The HTTP server refused the request before anything looked at it, now and then with another status below 500; `detail` says why.',
  },
  internal_error: {
    kinds: [],
    statuses: [500],
    advice:
      'Something broke on the server’s side, and its log says what. Sending the same again may help; with an `Idempotency-Key` it cannot be done twice.',
  },
} as const satisfies ErrorRoom;
