import { isPassing, MediaFlowError, messageOf } from '../../core/errors.js';
import { addSeconds } from '../../core/time.js';
import type { UploadRecord } from '../../core/upload-ledger.js';
import { growingKey } from '../../domain/media/blob-places.js';
import { beginJoining } from './joining/joining.js';
import { completeUpload } from './lifecycle/completing.js';
import {
  closePart,
  closeUpload,
  type EndReason,
  finishClosing,
  isWhole,
  mayBeRegistered,
  receivedBytes,
} from './lifecycle/lifecycle.js';
import { takeBackUnchecked } from './receiving/receiving.js';
import type { UploadContext } from './upload-context.js';

export interface SweepResult {
  readonly completed: number;
  readonly closed: number;
  /** Those that could not be treated, or whose content turned out wrong; the next sweep looks at what is left. */
  readonly failed: number;
}

/**
 * Takes up what a crash or an outage interrupted: uploads whose bytes are all here are completed, closings are ended,
 * unverified bytes taken back; the joining of final ones is begun and not waited for. Requests may come in meanwhile. Ends
 * early, with the rest left to the next, when the signal fires.
 */
export function resumeInterrupted(context: UploadContext, signal?: AbortSignal): Promise<SweepResult> {
  return forEachUnfinished(context, signal, (upload) => resume(context, upload, signal));
}

/**
 * The same, and gives up what nobody has touched for too long, and forgets what ended days ago. Run every minute or so.
 */
export async function expireUploads(context: UploadContext, signal?: AbortSignal): Promise<SweepResult> {
  const { ledger, limits, now } = context;
  const result = await forEachUnfinished(context, signal, async (upload) => {
    const outcome = await resume(context, upload, signal);
    if (outcome !== 'left' || upload.joinedInto !== null || upload.expiresAt > now()) return outcome;
    await closeUpload(context, upload, upload.kind === 'direct' ? interrupted : expired);
    // Its client was never told of it, and may send it again with its key.
    if (upload.kind === 'direct' && !mayBeRegistered(upload)) await ledger.remove(upload.id);
    return 'closed';
  });
  if (signal?.aborted) return result;
  await ledger.forgetFinished(addSeconds(now(), -limits.rememberedSeconds));
  await discardOrphans(context);
  return result;
}

const expired: EndReason = { code: 'upload_expired', message: 'The upload was not continued in time' };
const interrupted: EndReason = {
  code: 'upload_interrupted',
  message: 'The connection ended before the file was whole',
};

type Outcome = 'completed' | 'closed' | 'joining' | 'left';

async function resume(context: UploadContext, upload: UploadRecord, signal?: AbortSignal): Promise<Outcome> {
  if (upload.state === 'closing') {
    await finishClosing(context, upload);
    return 'closed';
  }
  await takeBackUnchecked(context, upload);
  if (upload.joinedInto !== null) return closeLeftPart(context, upload, upload.joinedInto);
  if (!isWhole(upload, await receivedBytes(context, upload))) return 'left';
  if (upload.kind === 'final') {
    // In its turn, and longer than others of the sweep should wait.
    beginJoining(context, upload);
    return 'joining';
  }
  await completeUpload(context, upload, signal);
  return 'completed';
}

/** A part lives as long as its final upload; a crash can keep it from ending with it. */
async function closeLeftPart(
  context: UploadContext,
  part: UploadRecord,
  finalId: string,
): Promise<'closed' | 'left'> {
  const final = await context.ledger.find(finalId);
  if (final?.state === 'open' || final?.state === 'closing') return 'left';
  await closePart(context, part.id);
  return 'closed';
}

async function forEachUnfinished(
  context: UploadContext,
  signal: AbortSignal | undefined,
  treat: (upload: UploadRecord) => Promise<Outcome>,
): Promise<SweepResult> {
  const counts = { completed: 0, closed: 0, joining: 0, left: 0, failed: 0 };
  const outages = new Set<string>();
  for (const upload of await context.ledger.unfinished()) {
    if (signal?.aborted) break;
    if (context.transfers.isActive(upload.id)) continue;
    try {
      const take = async () => {
        // A request may have ended it since the list was made.
        const latest = await context.ledger.find(upload.id);
        return latest?.state === 'open' || latest?.state === 'closing' ? treat(latest) : 'left';
      };
      const outcome = await context.transfers.exclusively(upload.id, take, { takesNoBytes: true });
      counts[outcome]++;
    } catch (error) {
      if (signal?.aborted) break;
      // Somebody is at it: a request, another process, or a join that has it for a part.
      if (error instanceof MediaFlowError && error.code === 'upload_locked') continue;
      counts.failed++;
      const level = levelOf(error, outages);
      context.logger[level]({ err: error, uploadId: upload.id }, `An upload is left: ${messageOf(error)}`);
    }
  }
  const { completed, closed, failed } = counts;
  return { completed, closed, failed };
}

/** An engine that is away is told of once, for all uploads that wait for it. */
function levelOf(error: unknown, outages: Set<string>): 'debug' | 'warn' | 'error' {
  if (!(error instanceof MediaFlowError)) return 'error';
  if (!isPassing(error)) return 'warn';
  if (outages.has(error.code)) return 'debug';
  outages.add(error.code);
  return 'warn';
}

/** Bytes that no upload claims: a crash came between the ledger's last word and the removal. */
async function discardOrphans({ blobs, ledger, limits, now, transfers }: UploadContext): Promise<void> {
  const before = addSeconds(now(), -limits.expirySeconds);
  for await (const { key, modifiedAt } of blobs.listGrowing()) {
    const id = key.replace(/^uploads\//, '');
    if (key !== growingKey(id) || modifiedAt > before || transfers.isActive(id)) continue;
    const upload = await ledger.find(id);
    if (!upload || upload.state === 'closed' || upload.state === 'completed') await blobs.discard(key);
  }
}
