import { z } from 'zod';
import { MediaFlowError, unsupported } from '../../core/errors.js';
import type { RawAnswer } from './answer-reader.js';
import { refusals } from './process/picture-protocol.js';

/** What comes out of the process is as hostile as what goes in. */
const text = z.string().max(500).nullable();
const figure = z.number().nullable();
const side = z.int().min(1).max(1_000_000);
const size = { width: side, height: side };

const photoSchema = z.strictObject({
  ...{ cameraMake: text, cameraModel: text, lens: text, software: text },
  ...{ exposureSeconds: figure, aperture: figure, iso: figure },
  ...{ focalLengthMillimetres: figure, focalLength35Millimetres: figure, flashFired: z.boolean().nullable() },
  ...{ takenAt: text, takenAtOffset: text, title: text, description: text, creator: text, copyright: text },
  keywords: z.array(z.string().max(500)).max(50),
  location: z
    .strictObject({ latitude: z.number(), longitude: z.number(), altitudeMetres: figure })
    .nullable(),
});

export const lookedSchema = z.strictObject({
  format: z.enum(['jpeg', 'png', 'gif', 'webp', 'heic', 'avif', 'tiff', 'bmp']),
  ...{ codedWidth: side, codedHeight: side, ...size },
  orientation: z.int().min(1).max(8),
  frameCount: z.int().min(1),
  durationSeconds: z.number().min(0),
  hasAlpha: z.boolean(),
  bitDepth: z.int(),
  colorSpace: z.string().max(50),
  colorProfile: z.string().max(100).nullable(),
  photo: photoSchema.nullable(),
});

export const drawnSchema = z.strictObject({
  pictures: z
    .array(
      z.strictObject({
        name: z.string().regex(/^([1-9]\d{1,4}\.(jpg|webp|avif)|poster\.jpg)$/),
        ...size,
        isAnimated: z.boolean(),
      }),
    )
    .max(20),
  thumbHash: z.string().max(60),
  dominantColor: z.string().regex(/^#[0-9a-f]{6}$/),
  perceptualHash: z.string().regex(/^[0-9a-f]{16}$/),
});

export const sampledSchema = z.strictObject({ images: z.array(z.strictObject(size)).max(100) });

const refusedSchema = z.strictObject({
  refused: z.enum(refusals),
  message: z.string().max(1000),
  sizes: z.never().optional(),
});

/** The answer, or its refusal thrown. */
export function read<Schema extends z.ZodType>(schema: Schema, { head }: RawAnswer): z.infer<Schema> {
  const refused = refusedSchema.safeParse(head);
  if (refused.success) throw refusal(refused.data);
  const answered = schema.safeParse((head as { readonly ok?: unknown } | null)?.ok);
  if (!answered.success)
    throw unsupported('forbidden_output', 'Processing the picture answered what nobody asked.');
  return answered.data;
}

function refusal({ refused, message }: z.infer<typeof refusedSchema>): MediaFlowError {
  if (refused === 'picture_memory_exceeded' || refused === 'too_many_frames')
    return new MediaFlowError('too-large', refused, message);
  return unsupported(refused, message);
}
