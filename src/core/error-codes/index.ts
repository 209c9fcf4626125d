import { blobs } from './blobs.js';
import { commandLine } from './command-line.js';
import type { ErrorKind, ErrorRow } from './error-row.js';
import { events } from './events.js';
import { files } from './files.js';
import { inference } from './inference.js';
import { inside } from './inside.js';
import { live } from './live.js';
import { media } from './media.js';
import { models } from './models.js';
import { operations } from './operations.js';
import { playback } from './playback.js';
import { processing } from './processing.js';
import { pulls } from './pulls.js';
import { recommendations } from './recommendations.js';
import { requests } from './requests.js';
import { startUp } from './start-up.js';
import { tus } from './tus.js';
import { uploads } from './uploads.js';

export type { ErrorRow };

/** Every stable code, by the part of the product that gives it. */
export const errorRooms = {
  ...{ requests, uploads, pulls, tus, media, playback, recommendations, models, live, events, operations },
  ...{ files, processing, inference, startUp, commandLine, inside, blobs },
} as const;

/** Every stable code. It is added to and never changed: programs of others compare with it. */
export const errorCodes = {
  ...{ ...requests, ...uploads, ...pulls, ...tus, ...media, ...playback, ...recommendations },
  ...models,
  ...{ ...live, ...events, ...operations },
  ...{ ...files, ...processing, ...inference, ...startUp, ...commandLine, ...inside, ...blobs },
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** False of a code that only another release knows. */
export const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(errorCodes, code);

/** The codes that are thrown with a kind. */
export type CodeOf<Kind extends ErrorKind> = {
  [Code in ErrorCode]: Kind extends (typeof errorCodes)[Code]['kinds'][number] ? Code : never;
}[ErrorCode];
