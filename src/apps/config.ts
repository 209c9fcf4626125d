import { isIPv4 } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { splitList } from '../core/text-list.js';
import { type SandboxLevel, sandboxLevels } from '../core/video-tools.js';
import { DEFAULT_MODERATION_POLICY } from '../domain/media/moderation-policy.js';

export const roleSchema = z.enum(['command', 'query', 'projector', 'saga', 'worker']);
export type Role = z.infer<typeof roleSchema>;
export const ALL_ROLES: readonly Role[] = roleSchema.options;

const list = z.string().default('').transform(splitList);

/** As browsers write one in `Origin`, so that the two compare; `*` stays. */
const toOrigin = (text: string): string =>
  /^https?:/.test(text) && URL.canParse(text) ? new URL(text).origin : text.replace(/\/$/, '');

const flag = z.enum(['true', 'false']).default('false');
const fraction = z.coerce.number().min(0).max(1);

const days = (preset: number) => z.coerce.number().int().min(1).max(3650).default(preset);

/** The variables the server reads; the descriptions become `docs/configuration.md`. */
export const environmentSchema = z.object({
  HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address it listens on; other machines reach it only when it is told so'),
  PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(3000)
    .describe('Port it listens on; 0 takes any that is free'),
  MEDIAFLOW_DATA: z
    .string()
    .min(1)
    .default('.mediaflow')
    .describe('Folder of the files and the embedded database'),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe('A PostgreSQL server to use instead of the embedded one'),
  MEDIAFLOW_API_KEYS: list
    .pipe(z.array(z.string().min(16, 'every key needs at least 16 characters')))
    .describe(
      'Keys of operators, separated by commas, at least 16 characters each; writing, reviewing and operating then need `Authorization: Bearer <key>`',
    ),
  MEDIAFLOW_ALLOWED_HOSTS: list
    .pipe(z.array(z.string().toLowerCase()))
    .describe(
      'Names, separated by commas, under which the server is reached and whose pages may use it while no keys are set; addresses and `localhost` always are',
    ),
  MEDIAFLOW_CORS_ORIGINS: list
    .pipe(
      z.array(
        z
          .string()
          .toLowerCase()
          .regex(
            /^(\*|[a-z][a-z0-9+.-]*:\/\/[^/?#*@]+\/?)$/,
            'an origin is like https://www.example.com, or *',
          )
          .overwrite(toOrigin),
      ),
    )
    .describe(
      'Origins, separated by commas, whose pages may use the API from a browser, such as `https://www.example.com`; `*` for all, once keys are set. Playing is open to all anyway',
    ),
  MEDIAFLOW_PUBLIC_ORIGINALS: flag.describe(
    'Whether the uploaded files of published items are for everybody once keys are set: they may hold more than is played',
  ),
  MEDIAFLOW_SEGMENT_CACHE_SECONDS: z.coerce
    .number()
    .int()
    .min(0)
    .max(365 * 86_400)
    .default(300)
    .describe(
      'How long browsers and caches in between may keep segments, and go on showing them after an item was taken down (default 5 minutes); 0 has them ask each time',
    ),
  MEDIAFLOW_METRICS_PUBLIC: flag.describe('Whether `/metrics` is for everybody once keys are set'),
  MEDIAFLOW_MAXIMUM_UPLOAD_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(50 * 1024 ** 3)
    .describe('Largest file that is taken (default 50 GiB)'),
  MEDIAFLOW_KEEP_FREE_BYTES: z.coerce
    .number()
    .int()
    .nonnegative()
    .default(128 * 1024 ** 2)
    .describe('Disk space that uploads and the work on them leave alone (default 128 MiB)'),
  MEDIAFLOW_UPLOAD_EXPIRY_SECONDS: z.coerce
    .number()
    .positive()
    .default(24 * 3600)
    .describe('Time without activity after which an unfinished upload is given up (default one day)'),
  MEDIAFLOW_UPLOAD_RESERVATION_SECONDS: z.coerce
    .number()
    .positive()
    .default(600)
    .describe(
      'Time without activity after which disk space is no longer kept for an unfinished upload, which goes on where there is some (default 10 minutes)',
    ),
  MEDIAFLOW_MAXIMUM_OPEN_UPLOADS: z.coerce
    .number()
    .int()
    .positive()
    .default(10_000)
    .describe('Uploads that may be unfinished at once; more are answered 429'),
  MEDIAFLOW_MAXIMUM_OPEN_UPLOADS_PER_CALLER: z.coerce
    .number()
    .int()
    .positive()
    .default(5_000)
    .describe('The same for one key'),
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
    .describe('Longest video that is taken, by what is there and not by what it says (default half a day)'),
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
    .describe('Most that the renditions of one video may take together (default 100 GiB)'),
  MEDIAFLOW_MODERATION_REJECT_AT: fraction
    .default(DEFAULT_MODERATION_POLICY.rejectAt)
    .describe('Score from which a frame counts as explicit beyond doubt'),
  MEDIAFLOW_MODERATION_REVIEW_AT: fraction
    .default(DEFAULT_MODERATION_POLICY.reviewAt)
    .describe('Score from which a frame is for a person to judge'),
  MEDIAFLOW_KEEP_FAILED_DAYS: days(90).describe(
    'Days that dead letters nobody has replayed, and refused outputs of sagas, are kept',
  ),
  MEDIAFLOW_KEEP_FINISHED_DAYS: days(14).describe(
    'Days that finished jobs and replayed dead letters are kept',
  ),
  MEDIAFLOW_LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Least severity that is logged'),
});

const checkedEnvironment = environmentSchema.refine(
  ({ MEDIAFLOW_CORS_ORIGINS: origins, MEDIAFLOW_API_KEYS: keys }) =>
    keys.length > 0 || !origins.includes('*'),
  {
    path: ['MEDIAFLOW_CORS_ORIGINS'],
    error: '* without MEDIAFLOW_API_KEYS would make every page an operator: name the origins, or set keys',
  },
);

/** Everything the environment decides, read and checked once. */
export interface Config {
  readonly host: string;
  readonly port: number;
  readonly dataFolder: string;
  /** Undefined means the embedded PostgreSQL in the data folder. */
  readonly databaseUrl: string | undefined;
  /** Empty means everybody who reaches the server is an operator. */
  readonly apiKeys: readonly string[];
  /** Host names that are ours, in lower case. */
  readonly allowedHosts: readonly string[];
  /** Origins whose pages may use the API; `*` for all. */
  readonly corsOrigins: readonly string[];
  /** Whether uploaded files of published items need no key. */
  readonly publicOriginals: boolean;
  /** How long caches may show a segment without asking. */
  readonly segmentCacheSeconds: number;
  /** Whether scrapers need no key. */
  readonly publicMetrics: boolean;
  readonly uploads: {
    readonly maximumSizeBytes: number;
    readonly keepFreeBytes: number;
    readonly expirySeconds: number;
    readonly reservationSeconds: number;
    readonly maximumOpen: number;
    readonly maximumOpenPerCaller: number;
  };
  readonly tools: {
    readonly ffmpegPath?: string;
    readonly ffprobePath?: string;
    readonly sandbox: 'auto' | SandboxLevel;
    readonly stallSeconds: number;
    readonly itemLimits: {
      readonly durationSeconds: number;
      readonly frames: number;
      readonly outputBytes: number;
    };
  };
  readonly moderation: typeof DEFAULT_MODERATION_POLICY;
  readonly retention: { readonly failedSeconds: number; readonly finishedSeconds: number };
  readonly logLevel: string;
}

/** Throws an Error that names every variable that is wrong, and how. */
export function readConfig(variables: Readonly<Record<string, string | undefined>>): Config {
  // `PORT=` in a shell or an env file means "not set".
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = checkedEnvironment.safeParse(given);
  if (!parsed.success)
    throw new Error(
      `The configuration is wrong:\n${parsed.error.issues
        .map((issue) => `  ${issue.path.join('.')}: ${problemOf(issue, given)}`)
        .join('\n')}`,
    );
  const env = parsed.data;
  return {
    host: env.HOST,
    port: env.PORT,
    dataFolder: resolve(env.MEDIAFLOW_DATA),
    databaseUrl: env.DATABASE_URL,
    apiKeys: env.MEDIAFLOW_API_KEYS,
    allowedHosts: [env.HOST.toLowerCase(), ...env.MEDIAFLOW_ALLOWED_HOSTS],
    corsOrigins: env.MEDIAFLOW_CORS_ORIGINS,
    publicOriginals: env.MEDIAFLOW_PUBLIC_ORIGINALS === 'true',
    segmentCacheSeconds: env.MEDIAFLOW_SEGMENT_CACHE_SECONDS,
    publicMetrics: env.MEDIAFLOW_METRICS_PUBLIC === 'true',
    uploads: {
      maximumSizeBytes: env.MEDIAFLOW_MAXIMUM_UPLOAD_BYTES,
      keepFreeBytes: env.MEDIAFLOW_KEEP_FREE_BYTES,
      expirySeconds: env.MEDIAFLOW_UPLOAD_EXPIRY_SECONDS,
      reservationSeconds: env.MEDIAFLOW_UPLOAD_RESERVATION_SECONDS,
      maximumOpen: env.MEDIAFLOW_MAXIMUM_OPEN_UPLOADS,
      maximumOpenPerCaller: env.MEDIAFLOW_MAXIMUM_OPEN_UPLOADS_PER_CALLER,
    },
    tools: {
      ...(env.MEDIAFLOW_FFMPEG ? { ffmpegPath: env.MEDIAFLOW_FFMPEG } : {}),
      ...(env.MEDIAFLOW_FFPROBE ? { ffprobePath: env.MEDIAFLOW_FFPROBE } : {}),
      sandbox: env.MEDIAFLOW_SANDBOX,
      stallSeconds: env.MEDIAFLOW_STALL_SECONDS,
      itemLimits: {
        durationSeconds: env.MEDIAFLOW_MAXIMUM_DURATION_SECONDS,
        frames: env.MEDIAFLOW_MAXIMUM_FRAMES,
        outputBytes: env.MEDIAFLOW_MAXIMUM_OUTPUT_BYTES,
      },
    },
    moderation: {
      ...DEFAULT_MODERATION_POLICY,
      rejectAt: env.MEDIAFLOW_MODERATION_REJECT_AT,
      reviewAt: env.MEDIAFLOW_MODERATION_REVIEW_AT,
    },
    retention: {
      failedSeconds: env.MEDIAFLOW_KEEP_FAILED_DAYS * 86_400,
      finishedSeconds: env.MEDIAFLOW_KEEP_FINISHED_DAYS * 86_400,
    },
    logLevel: env.MEDIAFLOW_LOG_LEVEL,
  };
}

/** What is coerced to a number has become NaN by the time it is looked at. */
function problemOf(issue: z.core.$ZodIssue, given: Readonly<Record<string, string | undefined>>): string {
  const isNumber = issue.code === 'invalid_type' && issue.expected === 'number';
  return isNumber ? `${JSON.stringify(given[String(issue.path[0])])} is no number` : issue.message;
}

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
