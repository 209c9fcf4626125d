import { z } from 'zod';
import type { EventDefinitions, EventOf } from '../../core/event.js';
import { modelSchema } from '../media/media-values.js';
import { moderationClassSchema } from '../media/moderation-classes.js';

export const liveKinds = ['file', 'http', 'rtsp'] as const;
export type LiveKind = (typeof liveKinds)[number];

const source = { sourceId: z.string().min(1) };
const probability = z.number().min(0).max(1);
const count = z.int().nonnegative();

/** Where in time something was best seen. */
const seenAt = {
  at: z.string().describe('When the frame was taken'),
  atSeconds: z.number().nullable().describe('Its place in the file; null of what has no beginning'),
};

/** What was to be seen of a source for a while. */
export const sightingSchema = z.object({
  from: z.string().describe('When the first of the frames was taken'),
  to: z.string().describe('When the last of them was'),
  lastSequence: count
    .nullable()
    .describe('The number of the last of them, counted from the start of the source; null of none'),
  framesSeen: count.describe('Since it was told of last'),
  framesDropped: z
    .object({
      publisher: count.describe('By the publisher, whose line or server was too slow'),
      queue: count.describe('By the topic, since newer ones came before anybody had looked at them'),
      unseen: count.describe('Since nobody could read them, or no model look at them'),
    })
    .describe('Since it was told of last, by who let go of them'),
  labels: z
    .array(z.object({ label: z.string(), confidence: probability, frames: count, ...seenAt }))
    .describe('What was seen since it was told of last, the surest first'),
  labelsNow: z.array(z.string()).describe('What is to be seen now'),
  moderation: z
    .array(z.object({ class: moderationClassSchema, score: probability, ...seenAt }))
    .describe('The highest score of each class since it was told of last'),
  models: z.array(modelSchema).describe('Who said so'),
});
export type Sighting = z.infer<typeof sightingSchema>;

export const liveEvents = {
  LiveSourceStarted: {
    summary: 'Somebody began to publish frames of a file, a camera or a stream.',
    version: 1,
    schema: z.object({
      ...source,
      name: z.string().describe('What people call it; its address is never told'),
      kind: z.enum(liveKinds),
      everySeconds: z.number().positive().describe('The time from one frame to the next'),
      heartbeatSeconds: z.number().positive().describe('At least so often its frames are told of'),
    }),
    personal: { name: '' },
  },
  LiveFramesSeen: {
    summary: 'What was to be seen in frames of a source: when that changed, and as a sign of life.',
    version: 1,
    schema: z.object({
      ...source,
      ...sightingSchema.shape,
      heartbeatSeconds: z
        .number()
        .positive()
        .optional()
        .describe('At least so often who looks at its frames tells of them; left out by earlier releases'),
      late: z.literal(true).optional().describe('The source had ended or broken off when it was told'),
    }),
  },
  LiveSourceInterrupted: {
    summary: 'No frames come from a source: it broke off, or its publisher is silent.',
    version: 1,
    schema: z.object({
      ...source,
      code: z.string().describe('Why; `live_source_silent` where nobody has said so'),
      retryAt: z.string().nullable().describe('When its publisher tries again'),
      nextSequence: count
        .nullable()
        .describe('Frames from this number on are new ones; null where nobody has said so'),
    }),
  },
  LiveSourceEnded: {
    summary: 'A source is over: its file was at its end, its publisher was stopped, or nobody came back.',
    version: 1,
    schema: z.object({
      ...source,
      reason: z.enum(['finished', 'stopped', 'failed', 'abandoned']),
      code: z.string().nullable().describe('Why it failed; null of what did not'),
    }),
  },
  LiveSourceRemoved: {
    summary: 'A source was taken out of the list, and its name erased.',
    version: 1,
    schema: z.object(source),
  },
} as const satisfies EventDefinitions;

export type LiveEvent = EventOf<typeof liveEvents>;
export type LiveDataOf<Type extends LiveEvent['type']> = Extract<LiveEvent, { type: Type }>['data'];
