import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { StoredEvent } from '../../src/core/event.js';
import type { JobRequest } from '../../src/core/job.js';

/** The events of one item in order, as the release that wrote them told them. */
export type RecordedHistory = readonly Pick<
  StoredEvent,
  'stream' | 'revision' | 'position' | 'eventId' | 'type' | 'schemaVersion' | 'data' | 'metadata'
>[];

/** What a release had stored of an item's process, and the jobs that it had asked for and that had not ended. */
export interface KeptProcess {
  /** Number of the last position it had seen. */
  readonly checkpoint: number;
  readonly state: object;
  readonly jobs: readonly (JobRequest & { readonly id: string; readonly attempt: number })[];
}

export interface NamedHistory {
  /** Release and item. */
  readonly name: string;
  readonly history: RecordedHistory;
  readonly kept?: KeptProcess;
}

const fixtures = new URL('../fixtures/', import.meta.url);
const isItem = ({ stream }: { readonly stream: string }) => stream.startsWith('media-');

/** `test/fixtures/histories/<release>/<what became of it>.json`: see `npm run record:histories`. */
function recordedHistories(): NamedHistory[] {
  const folder = new URL('histories/', fixtures);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .sort()
    .map((path) => ({
      name: path.replace(/\.json$/, ''),
      history: JSON.parse(readFileSync(new URL(path, folder), 'utf8')) as RecordedHistory,
    }));
}

/** Rows of tables, as `npm run record:release` keeps them. */
interface Tables {
  readonly events: readonly EventRow[];
  readonly sagas: readonly { readonly name: string; readonly checkpoint: string }[];
  readonly saga_instances: readonly { readonly instance: string; readonly state: object | null }[];
  readonly 'pgboss.job': readonly JobRow[];
}

interface JobRow {
  readonly id: string;
  readonly name: string;
  readonly singleton_key: string;
  readonly state: string;
  readonly retry_count: number;
  readonly data: { readonly payload: JobRequest['payload'] };
}

interface EventRow {
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
  readonly event_id: string;
  readonly type: string;
  readonly schema_version: number;
  readonly data: StoredEvent['data'];
  readonly metadata: StoredEvent['metadata'];
}

/** Of the items in every state that a release was left with. */
function historiesOfReleases(): NamedHistory[] {
  const folder = new URL('releases/', fixtures);
  return readdirSync(folder).flatMap((release) => {
    const packed = readFileSync(new URL(`${release}/tables.json.gz`, folder));
    const { tables } = JSON.parse(gunzipSync(packed).toString()) as { tables: Tables };
    const events = tables.events.map(({ event_id, schema_version, position, ...event }) => ({
      ...{ ...event, eventId: event_id, schemaVersion: schema_version, position: String(position) },
    }));
    return [...Map.groupBy(events.filter(isItem), ({ stream }) => stream)].map(([stream, history]) => ({
      name: `${release}/${stream}`,
      history: history.toSorted((one, other) => one.revision - other.revision),
      ...keptOf(tables, stream.replace(/^media-/, '')),
    }));
  });
}

function keptOf(tables: Tables, mediaId: string): { readonly kept?: KeptProcess } {
  const state = tables.saga_instances.find(({ instance }) => instance === mediaId)?.state;
  const checkpoint = Number(tables.sagas.find(({ name }) => name === 'media-processing')?.checkpoint);
  const jobs = tables['pgboss.job']
    .filter((row) => row.singleton_key === mediaId && ['created', 'retry', 'active'].includes(row.state))
    .map(({ id, name, singleton_key: key, retry_count, data }) => ({
      ...{ id, kind: name, key, payload: data.payload, attempt: retry_count },
    }));
  return state ? { kept: { checkpoint, state, jobs } } : {};
}

/** Every whole history that was kept of any release. */
export const allHistories = (): NamedHistory[] => [...historiesOfReleases(), ...recordedHistories()];
