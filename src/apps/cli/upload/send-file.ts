import { randomUUID } from 'node:crypto';
import { splitList } from '../../../core/text-list.js';
import type { Client } from '../client.js';
import { EXIT } from '../exit-codes.js';
import { CliFailure } from '../failure.js';
import type { LocalFile } from './local-files.js';
import { type Transferred, transferFile, UploadGoneError } from './tus-transfer.js';
import { fingerprintOf, type UploadRecord, type UploadRecords } from './upload-records.js';

/** What people say of an item; what is left out the server fills in. */
export interface Details {
  readonly title?: string;
  readonly description?: string;
  /** Separated by commas. */
  readonly tags?: string;
}

export interface FileToSend {
  readonly file: LocalFile;
  readonly sha256: string;
  readonly details: Details;
  readonly client: Client;
  readonly records: UploadRecords;
  readonly signal: AbortSignal;
  readonly onProgress: (sentBytes: number) => void;
  readonly onRetry: () => void;
  /** Told while the upload is still remembered: whoever dies in between does not send it again. */
  readonly onSent?: (mediaId: string) => Promise<void>;
}

export interface SentFile {
  readonly mediaId: string;
  readonly position: string | undefined;
  /** Whether an earlier, interrupted upload was finished. */
  readonly resumed: boolean;
}

/** Sends a file, or the rest of it when it was interrupted before. Throws {@link CliFailure} or the signal's reason. */
export async function sendFile(request: FileToSend): Promise<SentFile> {
  const { file, sha256, records, client } = request;
  const fingerprint = fingerprintOf(client.url, file.realPath, sha256);
  const earlier = await records.find(fingerprint);
  try {
    const sent = await (earlier ? goOn(request, fingerprint, earlier) : begin(request, fingerprint));
    await request.onSent?.(sent.mediaId);
    await records.forget(fingerprint);
    return sent;
  } catch (error) {
    // What the server refused for good is not worth going on with.
    if (error instanceof CliFailure && !isPassing(error)) await records.forget(fingerprint);
    throw error;
  }
}

const LATER_MAY_HELP: readonly string[] = ['unexpected_answer', 'upload_locked'];

const isPassing = ({ exitCode, code, status = 0 }: CliFailure): boolean =>
  exitCode === EXIT.unreachable ||
  exitCode === EXIT.unauthorized ||
  status >= 500 ||
  LATER_MAY_HELP.includes(code);

async function begin(request: FileToSend, fingerprint: string): Promise<SentFile> {
  const metadata = metadataOf(request);
  const record = { idempotencyKey: randomUUID(), uploadUrl: null, metadata };
  await request.records.save(fingerprint, record);
  const transferred = await transfer(request, fingerprint, record);
  // An empty word leaves the choice to the server.
  const details = withoutEmpty(request.details);
  const position = await updateDetails({ ...request, details }, transferred.mediaId, record);
  return { ...transferred, ...(position ? { position } : {}), resumed: false };
}

async function goOn(request: FileToSend, fingerprint: string, earlier: UploadRecord): Promise<SentFile> {
  try {
    const transferred = await transfer(request, fingerprint, earlier);
    const position = await updateDetails(request, transferred.mediaId, earlier);
    return { ...transferred, ...(position ? { position } : {}), resumed: true };
  } catch (error) {
    if (!(error instanceof UploadGoneError) && !(error instanceof CliFailure && error.code === 'upload_gone'))
      throw error;
    return begin(request, fingerprint);
  }
}

async function transfer(
  request: FileToSend,
  fingerprint: string,
  record: UploadRecord,
): Promise<Transferred> {
  const { client, records } = request;
  return transferFile({
    ...request,
    serverUrl: client.url,
    headers: { ...client.authorization, 'Idempotency-Key': record.idempotencyKey },
    uploadUrl: record.uploadUrl,
    metadata: record.metadata,
    onUrl: (uploadUrl) => records.save(fingerprint, { ...record, uploadUrl }),
  });
}

const withoutEmpty = <Words extends object>(words: Words): Partial<Words> =>
  Object.fromEntries(Object.entries(words).filter(([, value]) => value !== '')) as Partial<Words>;

/** Servers and proxies bound the headers of a request, many at 8 KiB. */
const MAXIMUM_METADATA_BYTES = 6 * 1024;

/** What is said when the upload begins: what a header has room for, the short words before the long ones. */
function metadataOf({ file, sha256, details }: FileToSend): Record<string, string> {
  const { title = '', tags = '', description = '' } = details;
  const words = withoutEmpty({ filename: file.name, sha256, title, tags, description });
  let bytes = 0;
  return Object.fromEntries(
    Object.entries(words).filter(([name, value]) => {
      const ownBytes = name.length + 2 + Math.ceil(Buffer.byteLength(value) / 3) * 4;
      if (bytes + ownBytes > MAXIMUM_METADATA_BYTES) return false;
      bytes += ownBytes;
      return true;
    }),
  );
}

/** The upload was begun with other words, or without the long ones: the item gets them. */
async function updateDetails(
  { client, details }: FileToSend,
  mediaId: string,
  { metadata }: UploadRecord,
): Promise<string | undefined> {
  const { title, description, tags } = Object.fromEntries(
    Object.entries(details).filter(([name, value]) => value !== undefined && value !== metadata[name]),
  ) as Details;
  if (title === undefined && description === undefined && tags === undefined) return undefined;
  const { position } = await client.changeDetails(mediaId, {
    title,
    description,
    ...(tags === undefined ? {} : { tags: splitList(tags) }),
  });
  return position;
}
