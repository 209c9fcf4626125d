import { buffer } from 'node:stream/consumers';
import { deserialize, serialize } from 'node:v8';
import type { BlobStore } from '../core/blob-store.js';
import { messageOf } from '../core/errors.js';
import type { RecordedEvent, StoredEvent } from '../core/event.js';
import type { EventStore } from '../core/event-store.js';
import { isAfter, type Position, START } from '../core/position.js';
import type { WorkerContext } from '../core/worker.js';
import { modelReadingKey } from '../domain/model/model-places.js';

export interface ReadHistoryOptions {
  readonly log: Pick<EventStore, 'readAll'>;
  readonly decode: (stored: StoredEvent) => RecordedEvent;
  readonly blobs: Pick<BlobStore, 'stat' | 'read' | 'put'>;
  /** Events that are read together; as many are read again at most, beside what was read since the last checkpoint. */
  readonly pageEvents?: number;
  /** Events between checkpoints. */
  readonly checkpointEvents?: number;
}

/** What is made of history, event by event. */
export interface Fold {
  add(event: RecordedEvent): void;
  /** To go on from, read by `restore`. */
  store(): Uint8Array;
}

/** What a kind of model makes of history. */
export interface FoldKind<Made extends Fold> {
  /** Of events it needs. */
  readonly types: readonly string[];
  create(): Made;
  /** Undefined for what another release has stored: history is read from its beginning then. */
  restore(bytes: Uint8Array): Made | undefined;
}

interface Reading<Made> {
  readonly position: Position;
  readonly events: number;
  readonly fold: Made;
}

/**
 * Reads what a kind of model is made of from the beginning of the log, or after a position, up to another, that one included. How far it has come is kept beside the
 * model and told: whoever is killed goes on from there. Throws what the stores throw, and the signal's reason.
 */
export async function readHistory<Made extends Fold>(
  kind: FoldKind<Made>,
  {
    modelId,
    after = START,
    upTo,
  }: { readonly modelId: string; readonly after?: Position | undefined; readonly upTo: Position },
  { signal, report, logger }: Pick<WorkerContext, 'signal' | 'report' | 'logger'>,
  { log, decode, blobs, pageEvents = 1_000, checkpointEvents = 50_000 }: ReadHistoryOptions,
): Promise<Made> {
  const key = modelReadingKey(modelId);

  async function resume(): Promise<Reading<Made>> {
    const begun = { position: after, events: 0, fold: kind.create() };
    if (!(await blobs.stat(key))) return begun;
    try {
      const { position, events, activity } = deserialize(await buffer(await blobs.read(key))) as Kept;
      const fold = kind.restore(activity);
      return fold && !isAfter(position, upTo) ? { position, events, fold } : begun;
    } catch (error) {
      signal.throwIfAborted();
      logger.warn({ modelId, error: messageOf(error) }, 'history is read from its beginning again');
      return begun;
    }
  }

  async function keep(position: Position, events: number, fold: Made): Promise<void> {
    await blobs.put(key, serialize({ position, events, activity: fold.store() } satisfies Kept));
    await report([{ type: 'RecordModelHistoryRead', data: { modelId, events, position } }]);
  }

  const { fold, ...begun } = await resume();
  let { position, events } = begun;
  let keptEvents = events;
  for (;;) {
    signal.throwIfAborted();
    const page = await log.readAll({
      after: position,
      filter: { types: [...kind.types] },
      limit: pageEvents,
    });
    const wanted = page.events.filter((event) => !isAfter(event.position, upTo));
    for (const event of wanted) fold.add(decode(event));
    events += wanted.length;
    position = wanted.at(-1)?.position ?? position;
    const isOver = page.events.length < pageEvents || wanted.length < page.events.length;
    if (isOver || events - keptEvents >= checkpointEvents) {
      await keep(isOver ? upTo : position, events, fold);
      keptEvents = events;
    }
    if (isOver) return fold;
  }
}

interface Kept {
  readonly position: Position;
  readonly events: number;
  readonly activity: Uint8Array;
}
