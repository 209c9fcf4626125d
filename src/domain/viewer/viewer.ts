import { z } from 'zod';
import type { Aggregate } from '../../core/aggregate.js';
import type { Command } from '../../core/decider.js';
import { invalid } from '../../core/errors.js';
import type { EventDefinitions, EventOf } from '../../core/event.js';

export const interactionTypeSchema = z.enum(['play', 'progress', 'complete', 'like', 'dislike', 'rate']);
export type InteractionType = z.infer<typeof interactionTypeSchema>;

/** What stands for a user in events, views and jobs. Their own id would name them for ever. */
export const viewerIdSchema = z
  .string()
  .min(1)
  .describe('The user: a random id in the log, in whose place the feed tells the one the user is known by');

export const viewerEvents = {
  InteractionRecorded: {
    summary: 'A viewer did something with an item.',
    version: 1,
    schema: z.object({
      userId: viewerIdSchema,
      mediaId: z.string().min(1),
      type: interactionTypeSchema,
      value: z.number().nullable().describe('progress: share watched, 0..1; rate: 0..5; else null'),
      occurredAt: z.string().describe('When the viewer did it, which may be long before it was told'),
    }),
  },
  ViewerForgotten: {
    summary: 'Nobody can tell any more who this viewer was; what they did stays, as somebody’s.',
    version: 1,
    schema: z.object({ userId: viewerIdSchema }),
  },
} as const satisfies EventDefinitions;

export type ViewerEvent = EventOf<typeof viewerEvents>;
type DataOf<Type extends ViewerEvent['type']> = Extract<ViewerEvent, { type: Type }>['data'];
export type Interaction = DataOf<'InteractionRecorded'>;
export type ViewerCommand =
  | Command<'RecordInteraction', Interaction>
  | Command<'ForgetViewer', DataOf<'ViewerForgotten'>>;

const VALUE_RANGE: Partial<Record<InteractionType, readonly [number, number]>> = {
  progress: [0, 1],
  rate: [0, 5],
};

/** What is wrong with the value of an interaction, undefined when nothing is. */
export function valueProblem(type: InteractionType, value: number | null | undefined): string | undefined {
  const range = VALUE_RANGE[type];
  if (!range) return undefined;
  const [lowest, highest] = range;
  return typeof value === 'number' && value >= lowest && value <= highest
    ? undefined
    : `"${type}" needs a value from ${lowest} to ${highest}`;
}

function decide(command: ViewerCommand): ViewerEvent[] {
  if (command.type === 'ForgetViewer') return [{ type: 'ViewerForgotten', data: command.data }];
  const { data } = command;
  const problem = valueProblem(data.type, data.value);
  if (problem) throw invalid('value_out_of_range', `${problem}.`, { type: data.type, value: data.value });
  return [{ type: 'InteractionRecorded', data: VALUE_RANGE[data.type] ? data : { ...data, value: null } }];
}

export const viewerStream = (viewerId: string): string => `viewer-${viewerId}`;

/** A viewer's history: every interaction stands for itself, so nothing is read before one is added. */
export const viewer: Aggregate<null, ViewerCommand, ViewerEvent> = {
  name: 'viewer',
  decider: { initialState: null, decide, evolve: (state) => state },
  events: viewerEvents,
  commandTypes: ['RecordInteraction', 'ForgetViewer'],
  streamOf: (command) => viewerStream(command.data.userId),
  needsState: false,
};
