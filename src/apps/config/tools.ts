import { z } from 'zod';
import { type SandboxLevel, sandboxLevels } from '../../core/tool-description.js';
import { type ChunkPolicy, DEFAULT_CHUNK_POLICY } from '../../domain/media/chunks.js';
import type { Read } from './values.js';

/** Which ffmpeg and ffprobe are used, what they are kept from, and how much of a file they take on. */
export const toolVariables = {
  MEDIAFLOW_FFMPEG: z
    .string()
    .min(1)
    .optional()
    .describe('Path of an ffmpeg to use instead of the one that is found'),
  MEDIAFLOW_FFPROBE: z
    .string()
    .min(1)
    .optional()
    .describe('Path of an ffprobe to use instead of the one that is found'),
  MEDIAFLOW_SANDBOX: z
    .enum(['auto', ...sandboxLevels])
    .default('auto')
    .describe(
      'What ffmpeg and ffprobe have to be kept from at the least, or they are not used: `files`, `network`, `privileges` or `limits`; `auto` takes the best that works here, `off` none (docs/operations.md)',
    ),
  MEDIAFLOW_STALL_SECONDS: z.coerce
    .number()
    .positive()
    .default(60)
    .describe(
      'Time after which an ffmpeg that neither gets on nor computes is taken to hang, killed and tried again',
    ),
  MEDIAFLOW_MAXIMUM_DURATION_SECONDS: z.coerce
    .number()
    .positive()
    .default(12 * 3600)
    .describe(
      'Longest video or sound that is taken, by what is there and not by what it says (default half a day)',
    ),
  MEDIAFLOW_MAXIMUM_FRAMES: z.coerce
    .number()
    .int()
    .positive()
    .default(5_200_000)
    .describe('Most frames a video may have (default half a day at 120 a second)'),
  MEDIAFLOW_MAXIMUM_OUTPUT_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(100 * 1024 ** 3)
    .describe('Most that the renditions of one item may take together (default 100 GiB)'),
  MEDIAFLOW_CHUNKS_FROM_SECONDS: z
    .union([z.literal('never'), z.coerce.number().min(60)])
    .default(1800)
    .describe(
      'Films of this length and above are cut into chunks that any free worker encodes, and joined when all are there (default half an hour); `never` encodes each in one piece',
    ),
  MEDIAFLOW_CHUNK_SECONDS: z.coerce
    .number()
    .min(30)
    .max(180)
    .default(DEFAULT_CHUNK_POLICY.chunkSeconds)
    .describe('How long such a chunk is, about: shorter ones keep more workers busy, and cost more each'),
  MEDIAFLOW_SHORTER_LADDERS: z
    .enum(['on', 'off'])
    .default('on')
    .describe(
      'Whether renditions above 540p are left out that would show nothing more of a video than a lower one does, as where it was blown up to its size; `off` makes all of them',
    ),
};

export interface ToolConfig {
  readonly ffmpegPath?: string;
  readonly ffprobePath?: string;
  readonly sandbox: 'auto' | SandboxLevel;
  readonly stallSeconds: number;
  readonly itemLimits: {
    readonly durationSeconds: number;
    readonly frames: number;
    readonly outputBytes: number;
  };
  readonly chunking: ChunkPolicy;
  readonly shorterLadders: boolean;
}

export const readTools = (env: Read<typeof toolVariables>): ToolConfig => ({
  ...(env.MEDIAFLOW_FFMPEG ? { ffmpegPath: env.MEDIAFLOW_FFMPEG } : {}),
  ...(env.MEDIAFLOW_FFPROBE ? { ffprobePath: env.MEDIAFLOW_FFPROBE } : {}),
  sandbox: env.MEDIAFLOW_SANDBOX,
  stallSeconds: env.MEDIAFLOW_STALL_SECONDS,
  itemLimits: {
    durationSeconds: env.MEDIAFLOW_MAXIMUM_DURATION_SECONDS,
    frames: env.MEDIAFLOW_MAXIMUM_FRAMES,
    outputBytes: env.MEDIAFLOW_MAXIMUM_OUTPUT_BYTES,
  },
  chunking: {
    fromSeconds:
      env.MEDIAFLOW_CHUNKS_FROM_SECONDS === 'never'
        ? Number.POSITIVE_INFINITY
        : env.MEDIAFLOW_CHUNKS_FROM_SECONDS,
    chunkSeconds: env.MEDIAFLOW_CHUNK_SECONDS,
  },
  shorterLadders: env.MEDIAFLOW_SHORTER_LADDERS === 'on',
});
