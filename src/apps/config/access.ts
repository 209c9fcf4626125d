import { z } from 'zod';
import { flag, list, type Read } from './values.js';

/** As browsers write one in `Origin`, so that the two compare; `*` stays. */
const toOrigin = (text: string): string =>
  /^https?:/.test(text) && URL.canParse(text) ? new URL(text).origin : text.replace(/\/$/, '');

/** Who may do and see what, and from where. */
export const accessVariables = {
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
};

export interface AccessConfig {
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
}

export const readAccess = (env: Read<typeof accessVariables>, host: string): AccessConfig => ({
  apiKeys: env.MEDIAFLOW_API_KEYS,
  allowedHosts: [host.toLowerCase(), ...env.MEDIAFLOW_ALLOWED_HOSTS],
  corsOrigins: env.MEDIAFLOW_CORS_ORIGINS,
  publicOriginals: env.MEDIAFLOW_PUBLIC_ORIGINALS === 'true',
  segmentCacheSeconds: env.MEDIAFLOW_SEGMENT_CACHE_SECONDS,
  publicMetrics: env.MEDIAFLOW_METRICS_PUBLIC === 'true',
});

/** Whether every page in a browser would be an operator. */
export const opensToAll = (env: Read<typeof accessVariables>): boolean =>
  env.MEDIAFLOW_API_KEYS.length === 0 && env.MEDIAFLOW_CORS_ORIGINS.includes('*');
