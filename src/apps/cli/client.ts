import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeadLetter } from '../../core/dead-letter.js';
import type { ListType } from '../../core/list-type.js';
import type { Position } from '../../core/position.js';
import type { ProjectionStatus } from '../../core/projection-store.js';
import type { StorageReport } from '../../core/storage-report.js';
import type { ModelName } from '../../domain/model/model-events.js';
import type { TaxonomyDocument } from '../../domain/taxonomy/taxonomy-document.js';
import type { ShownPolicy } from '../../queries/moderation-policy.js';
import type { ShownTaxonomy } from '../../queries/taxonomy.js';
import type {
  FoundMedia,
  HistoryEvent,
  Job,
  LiveSource,
  LogEvent,
  MediaItem,
  Model,
  NearDuplicates,
  QueueItem,
  RecommendationRequest,
  Suggested,
  UploadProgress,
  Usage,
} from './answers.js';
import { EXIT } from './exit-codes.js';
import { CliFailure, refusal, unreachable } from './failure.js';

export interface ClientOptions {
  /** Where the server is; a path in it is a prefix of all addresses. */
  readonly url: string;
  readonly apiKey: string | undefined;
  readonly signal: AbortSignal;
}

interface RequestOptions {
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: object;
  readonly after?: Position | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A busy server says when to come back; it is believed this often. */
const ATTEMPTS_WHILE_BUSY = 5;
const LONGEST_PAUSE_SECONDS = 10;

interface Reviewed {
  readonly mediaId: string;
  readonly position: Position;
  readonly outcome: 'decided' | 'proposed';
}

export type Client = ReturnType<typeof createClient>;

/** The server's API with types. Every method throws {@link CliFailure}, or the signal's reason once it has fired. */
export function createClient({ url, apiKey, signal }: ClientOptions) {
  const base = url.replace(/\/+$/, '');
  const authorization: Record<string, string> = apiKey ? { authorization: `Bearer ${apiKey}` } : {};

  function addressOf(path: string, query: RequestOptions['query'] = {}): string {
    const address = new URL(`${base}${path}`);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) address.searchParams.set(name, String(value));
    return address.href;
  }

  /** The answer as it comes, whatever its status. Throws `unreachable`. */
  async function send(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
    const address = addressOf(path, options.query);
    try {
      return await fetch(address, {
        method,
        signal,
        headers: {
          ...authorization,
          ...(options.after ? { 'mediaflow-after': options.after } : {}),
          ...(options.body ? { 'content-type': 'application/json' } : {}),
          ...options.headers,
        },
        ...(options.body ? { body: JSON.stringify(options.body) } : {}),
      });
    } catch (error) {
      signal.throwIfAborted();
      throw unreachable(error, address);
    }
  }

  async function request<Answer>(
    method: string,
    path: string,
    options: RequestOptions = {},
  ): Promise<Answer> {
    // A server that cannot tell whether it was done says 503, too: the repeat must be known as one.
    const key = method === 'GET' ? {} : { 'idempotency-key': randomUUID() };
    for (let attempt = 1; ; attempt++) {
      const response = await send(method, path, { ...options, headers: { ...key, ...options.headers } });
      const body = await response.text().catch((error: unknown) => {
        signal.throwIfAborted();
        throw unreachable(error, response.url);
      });
      if (response.ok && response.headers.get('content-type')?.startsWith('application/json'))
        return JSON.parse(body) as Answer;
      const isBusy = response.status === 503 && attempt < ATTEMPTS_WHILE_BUSY;
      if (!isBusy) throw refusal(response.status, body, response.url);
      const seconds = Number(response.headers.get('retry-after')) || 1;
      await sleep(Math.min(seconds, LONGEST_PAUSE_SECONDS) * 1000, undefined, { signal });
    }
  }

  /** Whoever looks next sees what was done; when the view is too far behind for that, it was done all the same. */
  async function untilSeen(id: string, position: Position | undefined): Promise<void> {
    if (position === undefined) return;
    await send('GET', item(id), { after: position })
      .then((response) => response.body?.cancel())
      .catch(() => signal.throwIfAborted());
  }

  const item = (id: string) => `/v1/media/${encodeURIComponent(id)}`;

  return {
    url: base,
    untilSeen,
    authorization,
    absolute: (path: string): string => addressOf(path),

    /** Bytes a file may have. Also tells early and without a key whether a server is there. */
    async uploadLimit(): Promise<number> {
      const response = await send('OPTIONS', '/v1/uploads');
      if (!response.headers.has('tus-version'))
        throw refusal(response.status, await response.text(), response.url);
      return Number(response.headers.get('tus-max-size') ?? Number.POSITIVE_INFINITY);
    },
    pull: (body: { url: string; title?: string; description?: string; tags?: string[] }) =>
      request<{ mediaId: string; position: Position }>('POST', '/v1/media', { body }),
    media: (id: string, after?: Position) => request<MediaItem>('GET', item(id), { after }),
    listMedia: (query: {
      status?: string;
      type?: string;
      q?: string;
      tag?: string;
      idPrefix?: string;
      limit?: number;
      cursor?: string;
    }) => request<{ items: MediaItem[]; nextCursor: string | null }>('GET', '/v1/media', { query }),
    search: (query: { q: string; type?: string; limit?: number; cursor?: string }) =>
      request<FoundMedia>('GET', '/v1/search', { query }),
    /** Without a key, once keys are set, one sees less. */
    async isOperator(): Promise<boolean> {
      const response = await send('GET', '/v1/moderation/queue', { query: { limit: 1 } });
      await response.body?.cancel();
      return response.status !== 401;
    },
    /** Undefined when there is no such upload under way. */
    async uploadProgress(id: string): Promise<UploadProgress | undefined> {
      const path = `/v1/uploads/${encodeURIComponent(id)}`;
      const { ok, headers } = await send('HEAD', path, { headers: { 'tus-resumable': '1.0.0' } });
      const [length, expires] = [headers.get('upload-length'), headers.get('upload-expires')];
      return ok
        ? {
            receivedBytes: Number(headers.get('upload-offset')),
            sizeBytes: length === null ? null : Number(length),
            expiresAt: expires === null ? null : new Date(expires).toISOString(),
          }
        : undefined;
    },
    history: async (id: string) =>
      (await request<{ items: HistoryEvent[] }>('GET', `${item(id)}/history`)).items,
    remove: (id: string) => request<{ mediaId: string; position: Position }>('DELETE', item(id)),
    moderationQueue: async (query: { status: string; type?: string; free?: string; limit: number }) =>
      (await request<{ items: QueueItem[] }>('GET', '/v1/moderation/queue', { query })).items,
    moderationPolicy: () => request<ShownPolicy>('GET', '/v1/moderation/policy'),
    suggested: async (id: string, after?: Position) => {
      const { values, suggestions } = await request<Suggested>('GET', `${item(id)}/metadata`, { after });
      return { values, suggestions };
    },
    generateMetadata: (id: string) =>
      request<{ position: Position }>('POST', `${item(id)}/metadata/generate`),
    acceptMetadata: (id: string, body: { fields: readonly string[]; requestId?: string }) =>
      request<{ position: Position }>('POST', `${item(id)}/metadata/accept`, { body }),
    taxonomy: () => request<ShownTaxonomy>('GET', '/v1/taxonomy'),
    setTaxonomy: (body: TaxonomyDocument) =>
      request<{ version: string; hash: string; position: Position }>('PUT', '/v1/taxonomy', { body }),
    jobs: async (query: { status?: string; kind?: string; limit: number }) =>
      (await request<{ items: Job[] }>('GET', '/v1/jobs', { query })).items,
    usage: (query: { from: string | undefined; to: string | undefined }) =>
      request<Usage>('GET', '/v1/usage', { query }),
    changeDetails: (id: string, body: object) => request<{ position: Position }>('PATCH', item(id), { body }),
    extend: (id: string) => request<{ mediaId: string; position: Position }>('POST', `${item(id)}/extend`),
    retry: (id: string) => request<{ mediaId: string; position: Position }>('POST', `${item(id)}/retry`),
    review: (id: string, body: { decision: 'approve' | 'reject'; reason: string }) =>
      request<Reviewed>('POST', `${item(id)}/review`, { body }),
    appeal: (id: string, body: { text: string }) =>
      request<{ mediaId: string; position: Position }>('POST', `${item(id)}/appeal`, { body }),
    claim: (id: string) => request<{ mediaId: string; position: Position }>('POST', `${item(id)}/claim`),
    takeDown: (id: string, body: { reason: string }) =>
      request<Reviewed>('POST', `${item(id)}/takedown`, { body }),

    events: (query: { after: string; type?: string | undefined; limit: number }) =>
      request<{ items: LogEvent[]; next: string }>('GET', '/v1/events', { query }),
    /** The open stream of events. Throws when the server refuses it. */
    async eventStream(
      query: { after?: string | undefined; type?: string | undefined },
      lastEventId?: string,
    ) {
      const response = await send('GET', '/v1/events/stream', {
        query,
        headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
      });
      const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
      if (response.ok && isStream && response.body) return response.body;
      throw refusal(response.status, await response.text(), response.url);
    },

    nearDuplicates: (id: string, limit: number) =>
      request<NearDuplicates>('GET', `/v1/media/${encodeURIComponent(id)}/near-duplicates`, {
        query: { limit },
      }),

    startLive: (body: { name: string; kind: string; everySeconds: number }) =>
      request<{ sourceId: string; position: Position }>('POST', '/v1/live', { body }),
    publishFrames: (id: string, body: { frames: readonly object[]; droppedBefore: number }) =>
      request<{ pushedOut: number }>('POST', `${liveSource(id)}/frames`, { body }),
    interruptLive: (id: string, body: { code: string; retryInSeconds: number; nextSequence: number }) =>
      request<{ position: Position }>('POST', `${liveSource(id)}/interruption`, { body }),
    endLive: (id: string, body: { reason: 'finished' | 'stopped' | 'failed'; code?: string }) =>
      request<{ position: Position }>('POST', `${liveSource(id)}/end`, { body }),
    removeLive: (id: string) => request<{ position: Position }>('DELETE', liveSource(id)),
    liveSources: async (query: { status?: string; limit: number }) =>
      (await request<{ items: LiveSource[] }>('GET', '/v1/live', { query })).items,

    projections: async () => (await request<{ items: ProjectionStatus[] }>('GET', '/v1/projections')).items,
    startRebuild: (name: string, mode: 'resume' | 'restart') =>
      request<{ name: string; version: number }>('POST', rebuildOf(name), { query: { mode } }),
    cancelRebuild: (name: string, keep: boolean) =>
      request<{ name: string; kept: boolean }>('DELETE', rebuildOf(name), { query: { keep: String(keep) } }),

    startStorageCheck: (remove: boolean) =>
      request<{ checkId: string }>('POST', '/v1/storage/check', { query: { remove: String(remove) } }),
    storageReport: async () =>
      (await request<{ report: StorageReport | null }>('GET', '/v1/storage/check')).report,

    models: async (limit: number) =>
      (await request<{ items: Model[] }>('GET', '/v1/models', { query: { limit } })).items,
    model: (modelId: string, after?: Position) =>
      request<Model>('GET', `/v1/models/${encodeURIComponent(modelId)}`, { after }),
    trainModel: (body: {
      name: ModelName;
      source: Model['source'];
      after?: string;
      upTo?: string;
      promote: boolean;
      evaluate: boolean;
    }) => request<{ modelId: string; position: Position }>('POST', '/v1/models', { body }),
    promoteModel: (modelId: string, automatic: boolean) =>
      request<{ modelId: string; position: Position }>(
        'POST',
        `/v1/models/${encodeURIComponent(modelId)}/promote`,
        { body: { automatic } },
      ),
    rollBackModel: () =>
      request<{ modelId: string; position: Position }>('POST', '/v1/models/rollback', { body: {} }),

    requestRecommendations: (body: { userId: string; genre?: string; type?: ListType; limit?: number }) =>
      request<{ requestId: string; position: Position }>('POST', '/v1/recommendations', { body }),
    forgetViewer: (userId: string) =>
      request<{ wasKnown: boolean; position: Position }>(
        'DELETE',
        `/v1/viewers/${encodeURIComponent(userId)}`,
      ),
    recommendationRequest: (requestId: string, after?: Position) =>
      request<RecommendationRequest>('GET', `/v1/recommendations/requests/${encodeURIComponent(requestId)}`, {
        after,
      }),

    deadLetters: async (query: { kind?: string; idPrefix?: string; limit?: number }) =>
      (await request<{ items: DeadLetter[] }>('GET', '/v1/dead-letters', { query })).items,
    replayDeadLetter: (id: string) =>
      request<{ jobId: string }>('POST', `/v1/dead-letters/${encodeURIComponent(id)}/replay`),
    discardDeadLetter: (id: string) =>
      request<{ id: string }>('DELETE', `/v1/dead-letters/${encodeURIComponent(id)}`),
  };
}

const liveSource = (id: string) => `/v1/live/${encodeURIComponent(id)}`;
const rebuildOf = (name: string) => `/v1/projections/${encodeURIComponent(name)}/rebuild`;

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
