import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { messageOf, unavailable } from '../../../core/errors.js';
import type { ViewChange } from '../../../core/hot-views.js';
import type { Logger } from '../../../core/logger.js';
import type { ViewNews } from '../../../core/view-news.js';
import type { Listener } from '../connection/listener.js';
import { atOnce } from '../connection/patience.js';
import { PROJECTIONS_CHANNEL, VIEW_NEWS_CHANNEL, type ViewNewsMessage } from './channel.js';

/** An echo that has not come by then will not: of the listening connection nobody knows whether it still hears. */
const ECHO_MILLISECONDS = 1_000;

/**
 * Says through the database where all views stand, of which there are none before the first has been loaded. PostgreSQL
 * brings notifications in the order of commits.
 */
const ASK = `
  select pg_notify('${VIEW_NEWS_CHANNEL}', json_build_object('echo', $1::text, 'views',
    coalesce((select json_agg(json_build_array(name, rebuilds, position, position)) from projection_checkpoints), '[]'::json))::text)`;

/** What is told along with every step of a view. The listener stays the caller's. */
export function createPostgresViewNews(options: {
  readonly pool: Pool;
  readonly listener: Listener;
  readonly logger: Logger;
}): ViewNews {
  const { pool, listener, logger } = options;
  const echoes = new Map<string, () => void>();

  function read(payload: string): ViewNewsMessage | undefined {
    try {
      const message = JSON.parse(payload) as ViewNewsMessage;
      if (Array.isArray(message.views)) return message;
      throw new Error('it names no views');
    } catch (error) {
      logger.warn({ error: messageOf(error) }, 'Somebody tells of views what cannot be read');
      return undefined;
    }
  }

  return {
    hear({ onChanges, onLost }) {
      /** How often each had been rebuilt when it was heard of last. */
      const rebuildsOf = new Map<string, number>();
      listener.listen(
        VIEW_NEWS_CHANNEL,
        (payload) => {
          const message = read(payload);
          if (!message) return onLost();
          const { views, subjects = {}, echo } = message;
          for (const [view, rebuilds] of views) rebuildsOf.set(view, rebuilds);
          onChanges(
            views.map(
              ([view, rebuilds, from, to]): ViewChange => ({
                ...{ view, rebuilds, from, to },
                subjects: subjects[view] ?? [],
              }),
            ),
          );
          if (echo !== undefined) echoes.get(echo)?.();
        },
        onLost,
      );
      // Processes of an older release move views and do not say what changed: then it was anything.
      listener.listen(PROJECTIONS_CHANNEL, (payload) => {
        const [to = '', ...names] = payload.split(' ');
        onChanges(
          names.flatMap((view) => {
            const rebuilds = rebuildsOf.get(view);
            return rebuilds === undefined ? [] : [{ view, rebuilds, from: to, to, subjects: [] }];
          }),
        );
      });
    },

    async catchUp() {
      const id = randomUUID();
      const heard = Promise.withResolvers<void>();
      echoes.set(id, heard.resolve);
      const tooLong = setTimeout(
        () => heard.reject(unavailable('view_news_silent', 'What happens to the views is not heard')),
        ECHO_MILLISECONDS,
      );
      try {
        await Promise.all([heard.promise, pool.query({ ...atOnce, text: ASK, values: [id] })]);
      } finally {
        clearTimeout(tooLong);
        echoes.delete(id);
      }
    },
  };
}
