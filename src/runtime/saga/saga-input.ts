import type { RecordedEvent, StoredEvent } from '../../core/event.js';
import type { Position } from '../../core/position.js';
import { originOf } from '../../core/request-origin.js';
import type { AnySaga, TimerFired } from '../../core/saga.js';
import type { SagaOrigin, SagaTimer, SagaTrigger } from '../../core/saga-store.js';

export type DecodeEvent = (stored: StoredEvent) => RecordedEvent;

/** One thing an instance is to be told. */
export interface SagaStepInput {
  readonly instance: string;
  /** Event id, or id of the timer: what ids of outputs derive from. */
  readonly inputId: string;
  readonly position: Position | null;
  readonly origin: SagaOrigin;
  readonly trigger: SagaTrigger;
  read(): RecordedEvent | TimerFired;
  /** Set for a parked input that is tried again: its place in the queue, and whether the queue ends with it. */
  readonly queued?: { readonly sequence: number; readonly isLast: boolean };
}

/** An event for the instance it belongs to. Throws what `decode` and `correlate` throw. */
export function eventInput(saga: AnySaga, event: StoredEvent, decode: DecodeEvent): SagaStepInput {
  const recorded = decode(event);
  const instance = saga.correlate[event.type]?.(recorded as never);
  if (typeof instance !== 'string' || instance === '' || instance.includes('\0'))
    throw new TypeError(`Saga ${saga.name} gives ${event.type} to no instance: ${JSON.stringify(instance)}`);
  return { ...ofEvent(instance, event), read: () => recorded };
}

export const timerInput = (timer: SagaTimer): SagaStepInput => ({
  instance: timer.instance,
  inputId: timer.id,
  position: null,
  origin: timer.origin,
  trigger: { timer },
  read: () => ({ type: 'TimerFired', data: { timer: timer.timer, dueAt: timer.dueAt } }),
});

/** A stored trigger, read anew: an event that could not be decoded may be readable by now. */
export const triggerInput = (instance: string, trigger: SagaTrigger, decode: DecodeEvent): SagaStepInput =>
  'timer' in trigger
    ? timerInput(trigger.timer)
    : { ...ofEvent(instance, trigger.event), read: () => decode(trigger.event) };

const ofEvent = (instance: string, event: StoredEvent) => ({
  instance,
  inputId: event.eventId,
  position: event.position,
  origin: {
    correlationId: event.metadata.correlationId,
    causationId: event.eventId,
    ...originOf(event.metadata),
  },
  trigger: { event },
});
