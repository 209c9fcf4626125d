import type { ErrorRoom } from './error-row.js';

/** Of files that are fetched from an address. */
export const pulls = {
  invalid_source_url: {
    kinds: ['invalid'],
    advice:
      'The address is none that a file can be fetched from: it has to begin with `http://` or `https://`, and to hold no user and password. An address that is signed in its query is fine.',
  },
  forbidden_source: {
    kinds: ['invalid'],
    advice:
      'The address, or one that it leads to, is not on the public internet or has another port than 80 and 443. The operator allows others with `MEDIAFLOW_PULL_ALLOW` and `MEDIAFLOW_PULL_PORTS`.',
  },
  source_refused: {
    kinds: ['unsupported'],
    advice:
      'The server of the address does not give the file away: it is not there, needs a sign-in, or the signature has expired. Get an address that a browser without a session can download, and send that. A server whose answer breaks the rules of HTTP, such as a length below zero, counts as one that refuses.',
  },
  source_not_a_file: {
    kinds: ['unsupported'],
    advice:
      'The address leads to a web page, such as one to sign in or to click on, and not to the file itself. Send the address of the file.',
  },
  source_encoded: {
    kinds: ['unsupported'],
    advice:
      'The server sends the file compressed (`Content-Encoding`) although that was not asked for. What would come of it has no bounds, so it is not unpacked; have the server send it as it is.',
  },
  source_redirects: {
    kinds: ['unsupported'],
    advice: 'The address leads on more than five times, or to nowhere. Send the one at the end.',
  },
  source_unavailable: {
    kinds: ['unavailable'],
    advice:
      'The server of the address cannot be found or reached, is busy, or has a failure of its own. It is tried again for about an hour, later where the server says so (`Retry-After`); then retry the item.',
  },
  source_interrupted: {
    kinds: ['unavailable'],
    advice:
      'The connection to the server of the address ended or fell silent before the file was whole. It goes on where it stopped if that server can do so, and begins anew otherwise.',
  },
  source_slow: {
    kinds: ['unavailable'],
    advice:
      'The server of the address sends fewer bytes than `MEDIAFLOW_PULL_LEAST_BYTES_PER_SECOND` and made room for others. The rest is asked for later, as long as `MEDIAFLOW_PULL_MAXIMUM_SECONDS` allow.',
  },
  source_too_slow: {
    kinds: ['too-large'],
    advice:
      'The file did not come within `MEDIAFLOW_PULL_MAXIMUM_SECONDS`. Retry the item for as much time again, or raise that.',
  },
} as const satisfies ErrorRoom;
