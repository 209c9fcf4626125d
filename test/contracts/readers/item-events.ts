import type { MediaKind } from '../../../src/core/media-kind.js';
import type { MediaEvent } from '../../../src/domain/media/media-events.js';
import { mediaId, probe, registration, uploaded } from '../../kit/media-fixtures.js';

type Details = Partial<(typeof registration)['data']>;

/** The same events of another item. */
export const ofItem = (id: string, ...events: readonly MediaEvent[]): MediaEvent[] =>
  events.map((event) => ({ ...event, data: { ...event.data, mediaId: id } }) as MediaEvent);

/** An item whose bytes are there. */
export const uploadedItem = (id: string, details: Details = {}): MediaEvent[] =>
  ofItem(id, { type: 'MediaRegistered', data: { ...registration.data, ...details } }, uploaded);

/** What is told of a file that was looked at. */
export const probedAs = (id: string, kind: MediaKind): MediaEvent[] =>
  ofItem(id, { type: 'MediaProbed', data: { mediaId, kind, probe } });

/** An item that anybody may see; without a kind, one that was put there before kinds were told. */
export const publishedItem = (id: string, details: Details = {}, kind?: MediaKind): MediaEvent[] => [
  ...uploadedItem(id, details),
  ...(kind ? probedAs(id, kind) : []),
  ...ofItem(id, { type: 'MediaPublished', data: { mediaId } }),
];
