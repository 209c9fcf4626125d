import type { Position } from '../../core/position.js';
import { type ClientOptions, connectTo } from './client/connection.js';
import { eventCalls } from './client/events.js';
import { liveCalls } from './client/live.js';
import { mediaCalls } from './client/media.js';
import { moderationCalls } from './client/moderation.js';
import { operationsCalls } from './client/operations.js';
import { mediaPath } from './client/paths.js';
import { recommendationCalls } from './client/recommendations.js';
import { uploadCalls } from './client/uploads.js';
import { EXIT } from './exit-codes.js';
import { CliFailure } from './failure.js';

export type Client = ReturnType<typeof createClient>;

/** The server's API with types. Every method throws {@link CliFailure}, or the signal's reason once it has fired. */
export function createClient(options: ClientOptions) {
  const connection = connectTo(options);
  const { base, authorization, signal, addressOf, send } = connection;

  /** Whoever looks next sees what was done; when the view is too far behind for that, it was done all the same. */
  async function untilSeen(id: string, position: Position | undefined): Promise<void> {
    if (position === undefined) return;
    await send('GET', mediaPath(id), { after: position })
      .then((response) => response.body?.cancel())
      .catch(() => signal.throwIfAborted());
  }

  return {
    url: base,
    untilSeen,
    authorization,
    absolute: (path: string): string => addressOf(path),
    ...uploadCalls(connection),
    ...mediaCalls(connection),
    ...moderationCalls(connection),
    ...operationsCalls(connection),
    ...eventCalls(connection),
    ...liveCalls(connection),
    ...recommendationCalls(connection),
  };
}

/** A server's address as people write it: the scheme may be left out. Throws wrong usage. */
export function parseServerUrl(text: string): string {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url && ['http:', 'https:'].includes(url.protocol) && !url.search && !url.hash) return url.href;
  throw new CliFailure(
    EXIT.usage,
    'usage',
    `Not a server's address: ${text}`,
    'For example: http://127.0.0.1:3000',
  );
}
