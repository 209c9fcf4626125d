import { messageOf } from '../../../core/errors.js';
import type { Client } from '../client.js';
import { EXIT } from '../exit-codes.js';
import { CliFailure, interrupted } from '../failure.js';
import { exitCodeOf, followItem } from './follow-item.js';
import { hashFile, type LocalFile } from './local-files.js';
import type { Outcome } from './outcome.js';
import type { Stop } from './outcomes.js';
import { type Details, type SentFile, sendFile } from './send-file.js';
import type { SentFiles } from './sent-files.js';
import type { UploadRecords } from './upload-records.js';
import type { FileView } from './upload-view.js';

interface UploadOne {
  readonly file: LocalFile;
  readonly details: Details;
  /** Whether to follow the item until it is settled. */
  readonly wait: boolean;
  readonly timeoutSeconds: number | undefined;
  readonly client: Client;
  readonly records: UploadRecords;
  readonly signal: AbortSignal;
  /** Waits for a place among the files that are sent at once. */
  readonly takeTurn: <T>(task: () => Promise<T>) => Promise<T>;
  readonly view: FileView;
  /** The same for those whose item is followed, of which there may be thousands. */
  readonly takeTurnToFollow: <T>(task: () => Promise<T>) => Promise<T>;
  /** What is remembered of the folder it is in, and what stops all of that. */
  readonly inFolder?: { readonly sent: SentFiles; readonly stop: Stop };
}

/** The item that the file became earlier; undefined where there is none, or the server knows nothing of it. */
async function earlierItem({ file, inFolder, client }: UploadOne): Promise<string | undefined> {
  const mediaId = inFolder?.sent.find(file);
  if (mediaId === undefined) return undefined;
  const item = await client.media(mediaId).catch((error: unknown) => {
    if (error instanceof CliFailure && error.exitCode === EXIT.notFound) return undefined;
    throw error;
  });
  return item?.id;
}

/** One file from its first byte to the end of what is waited for. Rejects only for what is our own fault. */
export async function uploadOne(request: UploadOne): Promise<Outcome> {
  const { file, client, signal, view } = request;
  let outcome: Outcome = { file, exitCode: EXIT.ok, resumable: false };
  let lastSentBytes = 0;

  async function send(): Promise<SentFile> {
    signal.throwIfAborted();
    const earlier = await earlierItem(request);
    if (earlier !== undefined) {
      outcome = { ...outcome, wasSent: true };
      return { mediaId: earlier, position: undefined, resumed: false };
    }
    // Before the first byte is sent: the server compares it with what arrives, and it tells content that has
    // changed since an interrupted upload from content that has not. Reading is far faster than any network.
    const sha256 = await hashFile(file.realPath, view.hashing, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      throw new CliFailure(EXIT.failed, 'file_unreadable', `It cannot be read any more: ${messageOf(error)}`);
    });
    outcome = { ...outcome, sha256, resumable: true };
    const onProgress = (sentBytes: number) => {
      lastSentBytes = sentBytes;
      view.sending(sentBytes);
    };
    const onSent = async (mediaId: string) => request.inFolder?.sent.add(file, mediaId);
    return sendFile({ ...request, sha256, onProgress, onRetry: view.retrying, onSent });
  }

  const stop = request.inFolder?.stop;
  const onNotBegun = () => {
    outcome = { ...outcome, notBegun: true };
  };
  try {
    const { mediaId, position, resumed } = await request.takeTurn(() =>
      stop ? stop.guard(send, onNotBegun) : send(),
    );
    outcome = { ...outcome, mediaId, position, resumed, resumable: false };
    if (!request.wait) {
      await client.untilSeen(mediaId, position);
      return outcome;
    }
    const { timeoutSeconds } = request;
    const options = { after: position, timeoutSeconds, signal, onChange: view.processing };
    const item = await request.takeTurnToFollow(() => followItem(client, mediaId, options));
    return { ...outcome, item, exitCode: exitCodeOf(item) };
  } catch (error) {
    const sentFraction = lastSentBytes / file.sizeBytes;
    if (error instanceof CliFailure) {
      const resumable = outcome.resumable && error.exitCode === EXIT.unreachable;
      return { ...outcome, exitCode: error.exitCode, failure: error, sentFraction, resumable };
    }
    if (!signal.aborted) throw error;
    return { ...outcome, exitCode: EXIT.interrupted, failure: interrupted(), sentFraction };
  }
}
