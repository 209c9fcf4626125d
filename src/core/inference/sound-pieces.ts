import { z } from 'zod';
import { invalid } from '../errors.js';

/** What models of speech hear, in mono. */
export const SPEECH_SAMPLES_A_SECOND = 16_000;

/** A piece of sound: 16,000 samples a second, from −1 to 1. */
export const soundPieceSchema = z.object({
  samples: z.custom<Float32Array<ArrayBuffer>>((samples) => {
    if (samples instanceof Float32Array) return true;
    throw invalid('invalid_sound', 'A piece of sound is samples of four bytes each.');
  }),
  /** Nothing comes behind it. */
  isLast: z.boolean(),
});

/** What somebody says, from the beginning of the piece on. */
export const spokenLineSchema = z.object({
  startSeconds: z.number().min(0),
  endSeconds: z.number().min(0),
  text: z.string().max(2000),
  /** 0..1: of what is in another language than the model knows, or nobody said, hardly ever above 0.6. */
  confidence: z.number().min(0).max(1.001),
});
