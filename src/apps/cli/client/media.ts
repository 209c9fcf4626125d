import type { Position } from '../../../core/position.js';
import type { TaxonomyDocument } from '../../../domain/taxonomy/taxonomy-document.js';
import type { ShownTaxonomy } from '../../../queries/taxonomy.js';
import type { FoundMedia, HistoryEvent, MediaItem, NearDuplicates, Suggested } from '../answers.js';
import type { Connection } from './connection.js';
import { mediaPath as item } from './paths.js';

/** Items: found, looked at and changed. */
export const mediaCalls = ({ request }: Connection) => ({
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
  nearDuplicates: (id: string, limit: number) =>
    request<NearDuplicates>('GET', `${item(id)}/near-duplicates`, { query: { limit } }),
  history: async (id: string) =>
    (await request<{ items: HistoryEvent[] }>('GET', `${item(id)}/history`)).items,
  remove: (id: string) => request<{ mediaId: string; position: Position }>('DELETE', item(id)),
  suggested: async (id: string, after?: Position) => {
    const { values, suggestions } = await request<Suggested>('GET', `${item(id)}/metadata`, { after });
    return { values, suggestions };
  },
  generateMetadata: (id: string) => request<{ position: Position }>('POST', `${item(id)}/metadata/generate`),
  acceptMetadata: (id: string, body: { fields: readonly string[]; requestId?: string }) =>
    request<{ position: Position }>('POST', `${item(id)}/metadata/accept`, { body }),
  taxonomy: () => request<ShownTaxonomy>('GET', '/v1/taxonomy'),
  setTaxonomy: (body: TaxonomyDocument) =>
    request<{ version: string; hash: string; position: Position }>('PUT', '/v1/taxonomy', { body }),
  changeDetails: (id: string, body: object) => request<{ position: Position }>('PATCH', item(id), { body }),
  extend: (id: string) => request<{ mediaId: string; position: Position }>('POST', `${item(id)}/extend`),
  retry: (id: string) => request<{ mediaId: string; position: Position }>('POST', `${item(id)}/retry`),
});
