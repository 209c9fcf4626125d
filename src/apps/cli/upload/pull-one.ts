import { splitList } from '../../../core/text-list.js';
import { nameInAddress } from '../../../domain/media/pull.js';
import type { Client } from '../client.js';
import { EXIT } from '../exit-codes.js';
import { CliFailure, interrupted } from '../failure.js';
import { exitCodeOf, followItem } from './follow-item.js';
import type { NamedFile, Outcome } from './outcome.js';
import type { Details } from './send-file.js';
import type { FileView } from './upload-view.js';

export const isAddress = (path: string): boolean => /^https?:\/\//i.test(path);

/** A file that the server fetches: nothing of it passes by here, nor is anything known of it. */
export const fileAt = (address: string): NamedFile => ({
  path: address,
  name: (URL.canParse(address) && nameInAddress(address)) || address,
  sizeBytes: null,
});

interface PullOne {
  readonly file: NamedFile;
  readonly details: Details;
  /** Whether to follow the item until it is settled. */
  readonly wait: boolean;
  readonly timeoutSeconds: number | undefined;
  readonly client: Client;
  readonly signal: AbortSignal;
  readonly takeTurn: <T>(task: () => Promise<T>) => Promise<T>;
  readonly view: FileView;
}

/** Has one file fetched, and follows it where that is wanted. Rejects only for what is our own fault. */
export async function pullOne(request: PullOne): Promise<Outcome> {
  const { file, details, client, signal, view, timeoutSeconds } = request;
  let outcome: Outcome = { file, exitCode: EXIT.ok, resumable: false };
  const { title, description, tags } = details;
  const body = {
    url: file.path,
    ...(title && { title }),
    ...(description && { description }),
    ...(tags && { tags: splitList(tags) }),
  };
  try {
    const { mediaId, position } = await request.takeTurn(() => client.pull(body));
    outcome = { ...outcome, mediaId, position };
    if (!request.wait) {
      await client.untilSeen(mediaId, position);
      return outcome;
    }
    const item = await followItem(client, mediaId, {
      ...{ after: position, timeoutSeconds, signal, onChange: view.processing },
    });
    return { ...outcome, item, exitCode: exitCodeOf(item) };
  } catch (error) {
    if (error instanceof CliFailure) return { ...outcome, exitCode: error.exitCode, failure: error };
    if (!signal.aborted) throw error;
    return { ...outcome, exitCode: EXIT.interrupted, failure: interrupted() };
  }
}
