import { Readable } from 'node:stream';
import { z } from 'zod';
import { notFound } from '../core/errors.js';
import type { EventStore } from '../core/event-store.js';
import type { PositionWaiter } from '../core/projection-store.js';
import { type LiveSource, type LiveSourcesReader, liveSourcesViews } from '../core/readers/live-sources.js';
import type { Viewers } from '../core/viewers.js';
import { endpoint } from '../http/endpoint.js';
import { CURSOR, placeIn } from './cursor.js';
import { type StreamOptions, streamMessages } from './stream-messages.js';

const VIEW_MILLISECONDS = 2_000;

/** What happens at one live source, as it happens. */
export function liveStreamQuery(dependencies: {
  readonly store: EventStore;
  readonly viewers: Pick<Viewers, 'userIdsOf'>;
  readonly sources: Pick<LiveSourcesReader, 'one'>;
  readonly waiter: Pick<PositionWaiter, 'waitFor'>;
  readonly eventTypes: readonly string[];
  /** The stream of a source. */
  readonly streamOf: (sourceId: string) => string;
  readonly stopping: AbortSignal;
}) {
  const { store, viewers, sources, waiter, eventTypes, streamOf, stopping } = dependencies;
  return endpoint({
    method: 'GET',
    path: '/v1/live/:id/stream',
    summary:
      'What happens at a live source (Server-Sent Events): first `LiveSource`, as it stands, then its events; Last-Event-ID goes on where a stream broke off',
    tag: 'live',
    access: 'operator',
    views: liveSourcesViews.one,
    params: z.object({ id: z.string().min(1).max(100) }),
    success: { status: 200, description: 'The stream', contentType: 'text/event-stream' },
    async handle({ params, headers, signal }) {
      const cursor = headers['last-event-id'];
      const isCursor = cursor !== undefined && CURSOR.test(cursor);
      const after = isCursor ? await placeIn(store, cursor) : await store.head();
      // What is told after this position goes on from a row that has passed it; one that is behind is told all the same.
      await waiter
        .waitFor(liveSourcesViews.one, after, { timeoutMilliseconds: VIEW_MILLISECONDS, signal })
        .catch(() => signal.throwIfAborted());
      const source = await sources.one(params.id);
      if (!source)
        throw notFound('live_source_not_found', `There is no live source ${params.id}.`, {
          sourceId: params.id,
        });
      return {
        headers: {
          'content-type': 'text/event-stream',
          'cache-control': 'no-cache',
          'x-accel-buffering': 'no',
        },
        body: Readable.from(
          withSource(source, {
            ...{ store, viewers, after, stream: streamOf(params.id), filter: { types: eventTypes } },
            signal: AbortSignal.any([signal, stopping]),
          }),
        ),
      };
    },
  });
}

async function* withSource(source: LiveSource, options: StreamOptions): AsyncGenerator<string> {
  const messages = streamMessages(options);
  const connected = await messages.next();
  if (connected.done) return;
  yield connected.value;
  yield `event: LiveSource\ndata: ${JSON.stringify(source)}\n\n`;
  yield* messages;
}
