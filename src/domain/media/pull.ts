import type { RecordedEvent } from '../../core/event.js';
import type { Instant } from '../../core/time.js';
import type { MediaEvent } from './media-events.js';

/** The last answer whose bytes count, and where they gather. */
export interface PullAnswer {
  readonly growingKey: string;
  readonly sizeBytes: number | null;
  readonly etag: string | null;
  readonly lastModified: string | null;
}

/** What the worker that fetches a file has to know, all of it from the item's own history. */
export interface Pull {
  /** Empty when it was erased. */
  readonly url: string;
  /** The name of the file is the client's, whatever the server calls it. */
  readonly isNamed: boolean;
  readonly declaredSha256: string | null;
  /** Since when it is tried; a retry begins to count anew. */
  readonly startedAt: Instant | null;
  readonly answer: PullAnswer | null;
  /** The bytes are still to come. */
  readonly isExpected: boolean;
  readonly isDeleted: boolean;
}

/** Undefined of an item whose bytes come in another way. */
export function pullIn(events: readonly RecordedEvent<MediaEvent>[]): Pull | undefined {
  const requested = events.find(({ type }) => type === 'PullRequested');
  if (requested?.type !== 'PullRequested') return undefined;
  const { url, isNamed } = requested.data;
  return events.reduce(evolve, {
    ...{ url, isNamed, declaredSha256: null, startedAt: null, answer: null },
    ...{ isExpected: true, isDeleted: false },
  });
}

function evolve(pull: Pull, event: RecordedEvent<MediaEvent>): Pull {
  switch (event.type) {
    case 'MediaRegistered':
      return { ...pull, declaredSha256: event.data.declaredSha256 };
    case 'StepStarted':
      return event.data.step === 'pull'
        ? { ...pull, startedAt: pull.startedAt ?? event.metadata.occurredAt }
        : pull;
    case 'PullAnswered': {
      const { growingKey, sizeBytes, etag, lastModified } = event.data;
      return { ...pull, answer: { growingKey, sizeBytes, etag, lastModified } };
    }
    case 'ProcessingRetried':
      return event.data.steps.includes('pull') ? { ...pull, startedAt: null, isExpected: true } : pull;
    case 'MediaUploaded':
    case 'UploadFailed':
      return { ...pull, isExpected: false };
    case 'MediaDeleted':
      return { ...pull, isExpected: false, isDeleted: true };
    default:
      return pull;
  }
}

/** What a file is called by its address, until its server says otherwise; empty where that has no name. */
export function nameInAddress(url: string): string {
  const last = new URL(url).pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
