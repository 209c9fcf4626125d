import type { BlobStat } from '../../core/blob-store.js';
import { assertNever } from '../../core/errors.js';
import type { MissingBytes, StoredPlace } from '../../core/storage-report.js';
import { type Instant, secondsBetween } from '../../core/time.js';
import { attemptFolder, itemPlace, partsOfPlace, placeOfKey } from './blob-places.js';
import { derivativesIn } from './derivatives.js';
import type { MediaEvent } from './media-events.js';
import { evolveMedia, initialMediaState, type MediaState, stepsOf } from './media-state.js';

export interface StorageVerdict {
  /** Nothing names these any more, and nothing that runs can still come to name them. */
  readonly orphans: readonly StoredPlace[];
  /** The item's history does not account for these: for a person to look at. */
  readonly unexplained: readonly StoredPlace[];
  readonly missing: readonly MissingBytes[];
}

interface NamedBytes {
  /** A key, or the prefix of many. */
  readonly key: string;
  /** At least so many are there when nothing is lost. */
  readonly sizeBytes: number;
}

interface Place {
  readonly prefix: string;
  readonly blobs: readonly BlobStat[];
}

/**
 * What is to become of the bytes below `media/<id>/`. `stored` is to be looked up before `events`: whatever lay there
 * by then is named, running or given up in these events, and an attempt that was given up never gets its step back.
 */
export function judgeStorage(options: {
  readonly mediaId: string;
  readonly events: readonly MediaEvent[];
  readonly stored: readonly BlobStat[];
  readonly now: Instant;
  readonly graceSeconds: number;
}): StorageVerdict {
  const { mediaId, events, stored, now, graceSeconds } = options;
  const state = events.reduce(evolveMedia, initialMediaState);
  const whole: Place = { prefix: itemPlace(mediaId), blobs: stored };
  if (events.length === 0) return { orphans: [], unexplained: [asFound(whole, 'unknown_item')], missing: [] };
  const isOld = ({ blobs }: Place) =>
    blobs.every(({ modifiedAt }) => secondsBetween(modifiedAt, now) > graceSeconds);
  if (state.deleted) {
    const orphans = stored.length > 0 && isOld(whole) ? [asFound(whole, 'item_deleted')] : [];
    return { orphans, unexplained: [], missing: [] };
  }

  const named = events.flatMap(bytesNamedBy);
  const begun = new Set(
    events.flatMap((event) => (event.type === 'StepStarted' ? [attemptFolder(event.data)] : [])),
  );
  const orphans: StoredPlace[] = [];
  const unexplained: StoredPlace[] = [];
  for (const place of placesOf(stored)) {
    if (named.some(({ key }) => isWithin(place.prefix, key))) continue;
    const reason = whyNotWanted(place, state, begun);
    if (reason === 'unknown_place') unexplained.push(asFound(place, reason));
    else if (reason && isOld(place)) orphans.push(asFound(place, reason));
  }
  return { orphans, unexplained, missing: named.flatMap((each) => missingOf(each, stored)) };
}

/** Undefined while it may still be wanted. */
function whyNotWanted({ prefix }: Place, state: MediaState, begun: ReadonlySet<string>): string | undefined {
  const { what, attempt } = partsOfPlace(prefix);
  // Until an upload has ended, its transfer may still complete it.
  if (what === 'original' && attempt === undefined && state.upload === 'expected') return undefined;
  if (what === 'original' && attempt === undefined && state.upload === 'failed') return 'upload_failed';
  if (attempt === undefined || !begun.has(attempt)) return 'unknown_place';
  const isRunning = stepsOf(state).some(
    ([, step]) =>
      step.status === 'running' && attemptFolder({ ...step, jobId: step.jobId ?? '' }) === attempt,
  );
  return isRunning ? undefined : 'attempt_given_up';
}

const file = (key: string, sizeBytes = 1): NamedBytes => ({ key, sizeBytes });

const derivativesNamedBy = (event: MediaEvent): NamedBytes[] =>
  derivativesIn(event).map(({ blobKey, sizeBytes }) => file(blobKey, sizeBytes ?? undefined));

/** Every event that names bytes has to be here: what is not named is removed one day. */
function bytesNamedBy(event: MediaEvent): NamedBytes[] {
  switch (event.type) {
    case 'MediaUploaded':
      return [{ key: event.data.blobKey, sizeBytes: event.data.sizeBytes }];
    case 'RenditionCompleted': {
      const { blobPrefix, sizeBytes, inChunks } = event.data.rendition;
      // The size is that of the segments; the playlist comes on top.
      return [{ key: blobPrefix, sizeBytes: inChunks ? 1 : sizeBytes + 1 }];
    }
    case 'ChunkEncoded': {
      const { blobPrefix, sizeBytes } = event.data.chunk;
      return [{ key: blobPrefix, sizeBytes }];
    }
    case 'ThumbnailsGenerated': {
      const { blobPrefix, sprites } = event.data.storyboard;
      return [...derivativesNamedBy(event), ...sprites.map((sprite) => file(`${blobPrefix}/${sprite}`))];
    }
    case 'PosterGenerated':
    case 'PreviewGifGenerated':
    case 'DerivativeGenerated':
      return derivativesNamedBy(event);
    case 'ModerationScored':
      return event.data.frames.map(({ blobKey }) => file(blobKey));
    case 'SoundMeasured':
    case 'QualityMeasured':
    case 'TracksLeftOut':
    case 'TextFound':
    case 'MediaRegistered':
    // Where a pull gathers its bytes is no blob yet.
    case 'PullRequested':
    case 'PullAnswered':
    case 'UploadFailed':
    case 'MediaProbed':
    case 'ProcessingPlanned':
    case 'ProcessingExtended':
    case 'StepStarted':
    case 'StepProgressed':
    case 'StepCompleted':
    case 'StepAttemptFailed':
    case 'StepFailed':
    case 'StepsCancelled':
    case 'ModerationDecided':
    case 'MediaReviewed':
    case 'ReviewProposed':
    case 'MediaAppealed':
    case 'ReviewClaimed':
    case 'ReviewReleased':
    case 'LooksTaken':
    case 'PicturesEmbedded':
    case 'TagsGenerated':
    case 'MetadataRequested':
    case 'MetadataSuggested':
    case 'MetadataFailed':
    case 'MetadataAccepted':
    case 'MediaPublished':
    case 'MediaRejected':
    case 'ProcessingFailed':
    case 'ProcessingRetried':
    case 'MediaDetailsChanged':
    case 'MediaDeleted':
    case 'MediaPurgeFailed':
    case 'MediaPurged':
      return [];
    default:
      return assertNever(event);
  }
}

function missingOf({ key, sizeBytes }: NamedBytes, stored: readonly BlobStat[]): MissingBytes[] {
  const storedBytes = totalBytes(stored.filter((blob) => isWithin(key, blob.key)));
  return storedBytes < sizeBytes ? [{ key, expectedBytes: sizeBytes, storedBytes }] : [];
}

function placesOf(stored: readonly BlobStat[]): Place[] {
  return [...Map.groupBy(stored, ({ key }) => placeOfKey(key))].map(([prefix, blobs]) => ({ prefix, blobs }));
}

const isWithin = (prefix: string, key: string): boolean => key === prefix || key.startsWith(`${prefix}/`);

const totalBytes = (blobs: readonly BlobStat[]): number =>
  blobs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

const asFound = ({ prefix, blobs }: Place, reason: string): StoredPlace => ({
  prefix,
  sizeBytes: totalBytes(blobs),
  reason,
});
