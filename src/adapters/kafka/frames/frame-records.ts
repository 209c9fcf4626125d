import type { IHeaders, KafkaMessage, Message } from 'kafkajs';
import { z } from 'zod';
import type { LiveFrame } from '../../../core/frame-topic.js';

/** What is told beside the picture. */
const frameSchema = z.object({
  sequence: z.int().nonnegative(),
  occurredAt: z.string(),
  atSeconds: z.number().nullable(),
  mark: z.enum(['opens', 'ends']).nullable(),
});
const DISCARD = 'discard';

/** What a record of the topic says; undefined of what none of ours has written. */
export type FrameRecord =
  | {
      readonly sourceId: string;
      readonly frame: LiveFrame;
      readonly droppedBefore: number;
    }
  | { readonly sourceId: string; readonly frame: null };

/** Frames as records of their source, so that one partition has all of it in its order. */
export const recordsOf = (sourceId: string, frames: readonly LiveFrame[], droppedBefore: number): Message[] =>
  frames.map(({ jpeg, ...frame }, index) => ({
    key: sourceId,
    value: Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.length),
    headers: {
      frame: JSON.stringify(frame),
      // Of those that came before the first of them.
      ...(index === 0 && droppedBefore > 0 && { dropped: String(droppedBefore) }),
    },
  }));

/** What has everybody let go of what waits of a source. */
export const discardRecord = (sourceId: string): Message => ({
  key: sourceId,
  value: Buffer.alloc(0),
  headers: { [DISCARD]: 'true' },
});

export function readRecord({ key, value, headers = {} }: KafkaMessage): FrameRecord | undefined {
  const sourceId = key?.toString() ?? '';
  if (sourceId === '') return undefined;
  if (headers[DISCARD] !== undefined) return { sourceId, frame: null };
  const parsed = frameSchema.safeParse(jsonIn(headers, 'frame'));
  if (!parsed.success) return undefined;
  const dropped = Number(headers.dropped?.toString() ?? 0);
  return {
    ...{ sourceId, droppedBefore: Number.isSafeInteger(dropped) && dropped > 0 ? dropped : 0 },
    frame: { ...parsed.data, jpeg: new Uint8Array(value ?? []) },
  };
}

function jsonIn(headers: IHeaders, name: string): unknown {
  try {
    return JSON.parse(String(headers[name]));
  } catch {
    return undefined;
  }
}
