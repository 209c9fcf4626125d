import { z } from 'zod';
import type { Aggregate } from '../../../src/core/aggregate.js';
import type { Command } from '../../../src/core/decider.js';
import { conflict } from '../../../src/core/errors.js';
import type { EventDefinitions, EventOf } from '../../../src/core/event.js';
import type { EventStore } from '../../../src/core/event-store.js';
import { deriveId } from '../../../src/core/ids.js';
import { createEventCodec } from '../../../src/runtime/command/event-codec.js';
import { type CommandRequest, createCommandHandler } from '../../../src/runtime/command/handle-command.js';

export const definitions = {
  SeatTaken: { summary: 's', version: 1, schema: z.object({ hall: z.string(), seat: z.int() }) },
  HallFull: { summary: 's', version: 1, schema: z.object({ hall: z.string() }) },
  StepHeard: { summary: 's', version: 1, schema: z.object({ hall: z.string(), at: z.int() }) },
} satisfies EventDefinitions;
type HallEvent = EventOf<typeof definitions>;
export type TakeSeat = Command<'TakeSeat', { hall: string; seat: number }>;
type HearStep = Command<'HearStep', { hall: string; at: number }>;

/** Two seats; the second one taken fills it. Taking one's seat again changes nothing. */
export const hall: Aggregate<readonly number[], TakeSeat, HallEvent> = {
  name: 'hall',
  decider: {
    initialState: [],
    decide({ data }, taken) {
      if (taken.includes(data.seat)) return [];
      if (taken.length === 2) throw conflict('role_taken', 'Full.');
      const seated: HallEvent = { type: 'SeatTaken', data };
      return taken.length === 1 ? [seated, { type: 'HallFull', data: { hall: data.hall } }] : [seated];
    },
    evolve: (taken, event) =>
      event.type === 'SeatTaken' ? [...new Set([...taken, event.data.seat])] : taken,
  },
  events: definitions,
  commandTypes: ['TakeSeat'],
  streamOf: ({ data }) => `hall-${data.hall}`,
  needsState: true,
};
export const floor: Aggregate<null, HearStep, HallEvent> = {
  name: 'floor',
  decider: {
    initialState: null,
    decide: ({ data }) => [{ type: 'StepHeard', data }],
    evolve: (state) => state,
  },
  events: definitions,
  commandTypes: ['HearStep'],
  streamOf: ({ data }) => `floor-${data.hall}`,
  needsState: false,
};

export const idOf = (name: string) => deriveId('command', name);
export const request = <C extends Command>(name: string, command: C): CommandRequest<C> => ({
  commandId: idOf(name),
  command,
  correlationId: idOf('correlation'),
  causationId: null,
  actor: 'ada',
  ...{ tenantId: 'acme', traceparent: '00-trace' },
});
/** With state: a seat is taken or free. */
export const take = (name: string, seat: number) =>
  request<TakeSeat>(name, { type: 'TakeSeat', data: { hall: 'a', seat } });
/** Without: every step stands for itself. */
export const hear = (name: string, at: number) =>
  request<HearStep>(name, { type: 'HearStep', data: { hall: 'a', at } });

export const handlerOn = (store: EventStore, options: { readonly maximumConflicts?: number } = {}) =>
  createCommandHandler<TakeSeat | HearStep, HallEvent>({
    store,
    aggregates: [hall, floor] as unknown as readonly Aggregate[],
    codec: createEventCodec(definitions),
    now: () => '2026-11-21T09:30:00.000Z',
    ...options,
  });
