import { setTimeout as delay } from 'node:timers/promises';
import { MediaFlowError } from '../core/errors.js';
import type { SourceAnswer } from '../core/file-source.js';
import { pulledKey, pullKey } from '../domain/media/blob-places.js';
import { declaredContentType } from '../domain/media/content-type.js';
import type { PullAnswer } from '../domain/media/pull.js';
import { safeFilename } from '../domain/media/safe-filename.js';
import { interrupted } from './pull-bytes.js';
import type { Fetching } from './pull-context.js';
import { receive } from './pull-receive.js';
import { throttledProgress } from './throttled-progress.js';

/** A server that ends every connection after a few bytes is not asked again and again without a rest. */
const REST_SECONDS = 1;
/** Longer ones would fill history, and are no validators that anybody sends. */
const MAXIMUM_VALIDATOR_CHARACTERS = 500;

/**
 * Gathers the whole file and returns where. A connection that breaks off is taken up again at once as long as each brings
 * something and the server goes on where the last one stopped: only what brings nothing costs an attempt. Throws what opening
 * and appending do, `empty_file`, `file_too_large`, `source_interrupted`, `source_slow`, `storage_full`.
 */
export async function fetchWhole(fetching: Fetching): Promise<string> {
  const { source, signal } = fetching;
  const tellProgress = throttledProgress(fetching.held, fetching.context);
  let { answer } = fetching.pull;
  let begun = 0;
  for (let asked = 0; ; asked++) {
    const offsetBytes = answer ? await gatheredBytes(fetching, answer) : 0;
    if (answer && (offsetBytes === 'kept' || isAll(answer, offsetBytes))) return answer.growingKey;
    const rest = answer && offsetBytes !== 'kept' && offsetBytes > 0 ? { ...answer, offsetBytes } : undefined;
    const opened = await source.open(fetching.pull.url, { rest, signal });
    if (opened === 'whole') return wholeOf(fetching, answer, offsetBytes);
    let takenBytes = 0;
    try {
      if (!answer || opened.startsAtBytes === 0) {
        begun++;
        answer = await beginAnew(fetching, answer, opened, asked);
      } else if ((opened.sizeBytes ?? answer.sizeBytes) !== (answer.sizeBytes ?? opened.sizeBytes)) {
        throw await ofAnotherFile(fetching, answer);
      }
      const { growingKey } = answer;
      const sizeBytes = answer.sizeBytes ?? opened.sizeBytes;
      await receive(fetching, { ...opened, growingKey, sizeBytes }, (count, at) => {
        takenBytes += count;
        if (sizeBytes !== null) tellProgress({ fraction: at / sizeBytes });
      });
      return growingKey;
    } catch (error) {
      // A server that has begun anew once, though it was asked for the rest, would do so for ever.
      const goesOn = takenBytes > 0 && begun <= 1 && answer !== null && canGoOn(answer);
      if (!isInterruption(error) || !goesOn) throw error;
      await delay(REST_SECONDS * 1000, undefined, { signal });
    } finally {
      opened.bytes.on('error', () => {}).destroy();
    }
  }
}

/** That a server has no more is nothing to go by where it had announced more. */
async function wholeOf(
  fetching: Fetching,
  answer: PullAnswer | null,
  offsetBytes: number | 'kept',
): Promise<string> {
  if (!answer) throw interrupted('brought nothing');
  if (answer.sizeBytes !== null && answer.sizeBytes !== offsetBytes)
    throw await ofAnotherFile(fetching, answer);
  return answer.growingKey;
}

/** What was gathered is of no use any more. */
async function ofAnotherFile({ blobs }: Fetching, { growingKey }: PullAnswer): Promise<MediaFlowError> {
  await blobs.discard(growingKey);
  return interrupted('speaks of another file by now');
}

const isInterruption = (error: unknown): boolean =>
  error instanceof MediaFlowError && error.code === 'source_interrupted';

/** `kept`: an attempt before this one has come as far as making a blob of them. */
async function gatheredBytes({ blobs }: Fetching, { growingKey }: PullAnswer): Promise<number | 'kept'> {
  const growing = await blobs.growing(growingKey);
  if (growing) return growing.sizeBytes;
  return (await blobs.stat(pulledKey(growingKey))) ? 'kept' : 0;
}

const isAll = ({ sizeBytes }: PullAnswer, offsetBytes: number): boolean =>
  offsetBytes > 0 && offsetBytes === sizeBytes;

const canGoOn = ({ etag, lastModified }: PullAnswer): boolean => (etag ?? lastModified) !== null;

/** The file comes from its first byte on: what was gathered before is of another one, or of no use. */
async function beginAnew(
  { blobs, pull, held, context }: Fetching,
  before: PullAnswer | null,
  opened: SourceAnswer,
  asked: number,
): Promise<PullAnswer> {
  if (before) await blobs.discard(before.growingKey);
  const answer: PullAnswer = {
    growingKey: pullKey(held.mediaId, { ...held, answer: asked }),
    sizeBytes: opened.sizeBytes,
    etag: validator(opened.etag),
    lastModified: validator(opened.lastModified),
  };
  const filename = pull.isNamed || opened.filename === null ? null : safeFilename(opened.filename);
  const contentType = declaredContentType(opened.contentType);
  // Before the first byte is kept: whoever goes on has to know which file it is of.
  await context.report([{ type: 'RecordPullAnswer', data: { ...held, ...answer, filename, contentType } }]);
  return answer;
}

const validator = (text: string | null): string | null =>
  text !== null && text.length <= MAXIMUM_VALIDATOR_CHARACTERS ? text : null;
