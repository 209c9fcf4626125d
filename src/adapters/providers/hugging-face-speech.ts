import { z } from 'zod';
import type { AnswerOf, RequestOf } from '../../core/inference/task-table.js';
import { spokenLines } from './spoken-lines.js';
import { wavFile } from './wav-file.js';

const seconds = z.number().min(0).max(1e6);
export const speechSchema = z.object({
  text: z.string().max(20_000),
  chunks: z
    .array(
      z.object({
        text: z.string().max(10_000),
        /** The end is missing of what goes on at the end of the sound. */
        timestamp: z.tuple([seconds, seconds.nullable()]),
      }),
    )
    .max(1000)
    .nullish(),
});

/** Such models do not say how sure they are. */
const UNTOLD_SURENESS = 0.7;

/** What is said in a piece, by a model of `automatic-speech-recognition`; where it tells no times it is one line. */
export async function huggingFaceSpeech(
  ask: (body: object) => Promise<z.infer<typeof speechSchema>>,
  piece: RequestOf<'transcribe'>,
): Promise<AnswerOf<'transcribe'>> {
  const { text, chunks } = await ask({
    inputs: wavFile(piece.samples).toString('base64'),
    parameters: { return_timestamps: true },
  });
  const said = chunks ?? [{ text, timestamp: [0, null] as const }];
  const lines = said.map(({ text: line, timestamp: [start, end] }) => ({
    ...{ startSeconds: start, endSeconds: end ?? Number.MAX_SAFE_INTEGER, text: line },
    confidence: UNTOLD_SURENESS,
  }));
  return spokenLines(lines, piece);
}
