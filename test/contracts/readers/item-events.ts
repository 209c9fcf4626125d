import type { MediaEvent } from '../../../src/domain/media/media-events.js';
import { mediaId, registration, uploaded } from '../../kit/media-fixtures.js';

type Details = Partial<(typeof registration)['data']>;

/** The same events of another item. */
export const ofItem = (id: string, ...events: readonly MediaEvent[]): MediaEvent[] =>
  events.map((event) => ({ ...event, data: { ...event.data, mediaId: id } }) as MediaEvent);

/** An item whose bytes are there. */
export const uploadedItem = (id: string, details: Details = {}): MediaEvent[] =>
  ofItem(id, { type: 'MediaRegistered', data: { ...registration.data, ...details } }, uploaded);

/** An item that anybody may see. */
export const publishedItem = (id: string, details: Details = {}): MediaEvent[] => [
  ...uploadedItem(id, details),
  ...ofItem(id, { type: 'MediaPublished', data: { mediaId } }),
];
