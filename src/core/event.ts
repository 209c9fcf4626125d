import type { z } from 'zod';
import type { JsonObject } from './json.js';
import type { PersonalFields } from './personal-data.js';
import type { Position } from './position.js';
import type { RequestOrigin } from './request-origin.js';
import type { Instant } from './time.js';

/** What happened, as the domain sees it: a past-tense type and plain JSON. */
export interface DomainEvent<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly data: Data;
}

/** Who, why and when; the same for every event type. */
export interface EventMetadata extends RequestOrigin {
  /** The chain of work this event belongs to: the id of the command that began it. */
  readonly correlationId: string;
  /** The command that produced this event. */
  readonly commandId: string;
  /** The event that made a saga send that command; null when a client sent it. */
  readonly causationId: string | null;
  readonly actor: string;
  readonly occurredAt: Instant;
  /** What a client that gave an Idempotency-Key asked for, so that the same key with another wish is noticed. */
  readonly requestHash?: string;
  /** What of the event is personal, encrypted under the key of its stream; readers are given it in its place instead. */
  readonly sealed?: string;
  /** What was personal has been erased: `data` holds what stands for it. */
  readonly erased?: true;
  /** Told to others without what is personal: `data` holds what stands for it. Never stored. */
  readonly withheld?: true;
}

/** An event on its way into a store. */
export interface EventToAppend {
  /** UUID. Appending the same id again is recognised, never stored twice. */
  readonly eventId: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: JsonObject;
  readonly metadata: EventMetadata;
}

/** An event as a store gives it back. */
export interface StoredEvent extends EventToAppend {
  readonly stream: string;
  /** Place in its stream, from 0. */
  readonly revision: number;
  /** Place in the log of all events. */
  readonly position: Position;
  readonly recordedAt: Instant;
}

/** A stored event whose data has passed its schema in the newest version. */
export type RecordedEvent<Event extends DomainEvent = DomainEvent> = Event extends DomainEvent
  ? Omit<StoredEvent, 'type' | 'data'> & Event
  : never;

/** Turns data of one schema version into the next one. */
export type Upcaster = (data: JsonObject) => JsonObject;

/** An event type: its newest schema, and how to read what older versions left in the store. */
export interface EventDefinition<Schema extends z.ZodType = z.ZodType> {
  /** One sentence for `docs/events.md`. */
  readonly summary: string;
  /** The newest version, from 1. */
  readonly version: number;
  readonly schema: Schema;
  /** `upcasters[n]` reads version n and gives version n + 1; one for each version below `version`. */
  readonly upcasters?: Readonly<Record<number, Upcaster>>;
  /** What the erasure of its stream takes away. */
  readonly personal?: PersonalFields;
}

export type EventDefinitions = Readonly<Record<string, EventDefinition>>;

/** The union of events that a table of definitions describes. */
export type EventOf<Definitions extends EventDefinitions> = {
  [Type in keyof Definitions & string]: DomainEvent<Type, z.infer<Definitions[Type]['schema']>>;
}[keyof Definitions & string];
